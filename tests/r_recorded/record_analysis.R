# Runs vignettes/analysis.R on the recording that its translation runs on too, and keeps what it
# saves: Rscript record_analysis.R, in this folder. R traktok sends nothing to a recording of
# Python's; a stand-in makes the table of its search from the recorded answer, as R traktok does.
suppressPackageStartupMessages({
  library(dplyr)
  library(jsonlite)
  library(yaml)
})
Sys.setenv(TZ = "UTC")

recording <- read_yaml("../../cassettes/from_r.yaml")$interactions

answer_to <- function(start_date, end_date) {
  asked <- format(c(start_date, end_date), "%Y%m%d")
  for (exchange in recording) {
    body <- fromJSON(exchange$request$body, simplifyVector = FALSE)
    if (identical(c(body$start_date, body$end_date), asked)) {
      return(fromJSON(exchange$response$body$string, simplifyVector = FALSE,
                      bigint_as_char = TRUE)$data)
    }
  }
  stop("no such search in the recording")
}

column <- function(videos, name, missing) {
  unlist(lapply(videos, function(video) if (is.null(video[[name]])) missing else video[[name]]))
}

query <- query_and <- function(...) NULL
tt_search_api <- function(query, start_date, end_date, ...) {
  data <- answer_to(start_date, end_date)
  counts <- sapply(c("view_count", "comment_count", "share_count", "like_count"), simplify = FALSE,
                   function(name) column(data$videos, name, NA_integer_))
  created <- as.POSIXct(column(data$videos, "create_time", NA), origin = "1970-01-01", tz = "UTC")
  found <- tibble(video_id = column(data$videos, "id", NA),
                  author_name = column(data$videos, "username", NA), !!!counts,
                  region_code = column(data$videos, "region_code", NA_character_),
                  create_time = created)
  structure(found, class = c("tt_results", class(found)), search_id = data$search_id,
            cursor = data$cursor)
}

here <- getwd()
analysis <- parse("../../vignettes/analysis.R")
setwd(tempdir())
for (statement in analysis[-(1:2)]) eval(statement) # without its libraries
invisible(file.copy("seen.rds", file.path(here, "../../vignettes/analysis.rds"), overwrite = TRUE))
