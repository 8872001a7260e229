# What R prints for each piece of values.R, written to values.json, and what it prints it of,
# values.rds: Rscript record_values.R, in this folder.
suppressPackageStartupMessages({
  library(jsonlite)
  library(purrr)
  library(tidyr)
  library(stringr)
  library(lubridate)
  library(dplyr)
})
Sys.setenv(TZ = "UTC")
invisible(Sys.setlocale("LC_COLLATE", "C"))

videos <- tibble(
  video_id = c("7300000000000000001", "7300000000000000002", "7300000000000000003",
               "7300000000000000004", "7300000000000000005", "7300000000000000006"),
  author_name = c("ben", "Ada", "cleo", "ben", "ada", "cleo"),
  view_count = c(500L, NA, 1500L, 20L, 1500L, 0L),
  comment_count = c(3L, 4L, 0L, NA, 7L, 1L),
  share_count = c(1L, 0L, 2L, 5L, 5L, 9L),
  like_count = c(50L, 10L, NA, 2L, 150L, 0L),
  region_code = c("US", "JP", NA, "US", "DE", "JP"),
  create_time = as.POSIXct(c(1698796800, 1698883199, 1698883200, 1699500000, 1700000000,
                             1701388799), origin = "1970-01-01", tz = "UTC"),
  effect_ids = list(list("0"), list(), list("12", "34"), list("0"), list(), list("0")),
  music_id = c("68001", NA, "68001", "68002", "68003", "68002"),
  video_description = c("Rain in #kyoto", "caf\u00e9 & cats", "", NA, "100% wool (new)", "a.b"),
  hashtag_names = list(list("kyoto", "rain"), list(), list("rain"), list("cats"),
                       list("wool", "rain"), list()),
  voice_to_text = c(NA, "hello there", "", "hi", NA, "bye")
)
class(videos) <- c("tt_results", class(videos))
attr(videos, "search_id") <- "7201388525814961198"
attr(videos, "cursor") <- 100L
saveRDS(videos, "values.rds", version = 2)

# Values without what R alone has: classes, factors, times and dates as objects.
plain <- function(x) {
  if (is.null(x)) return(NULL)
  if (is.data.frame(x)) return(list(columns = lapply(as.list(x), plain)))
  if (inherits(x, "table")) return(as.list(setNames(as.vector(x), names(x))))
  if (is.factor(x)) x <- as.character(x)
  if (inherits(x, "Date")) x <- setNames(format(x), names(x))
  if (inherits(x, c("POSIXct", "difftime"))) x <- as.numeric(x)
  if (is.list(x)) return(lapply(x, plain))
  lapply(x, function(each) if (is.na(each)) NULL else each)
}

prints <- function(code) {
  found <- list()
  keep <- function(x) found[length(found) + 1] <<- list(plain(x))
  own <- new.env(parent = globalenv())
  own$v <- videos
  own$print <- function(x, ...) {
    keep(x)
    invisible(x)
  }
  own$cat <- function(...) {
    keep(sub("\n$", "", paste(capture.output(base::cat(...)), collapse = "\n")))
  }
  for (each in parse(text = code, encoding = "UTF-8")) {
    given <- withVisible(suppressMessages(suppressWarnings(eval(each, own))))
    if (given$visible) keep(given$value)
  }
  found
}

here <- getwd()
lines <- paste(readLines("values.R", encoding = "UTF-8"), collapse = "\n")
pieces <- strsplit(lines, "\n\n+")[[1]]
pieces <- pieces[!grepl("^#", pieces)]
setwd(tempdir())
recorded <- vapply(pieces, function(code) {
  as.character(toJSON(list(code = code, prints = prints(code)), auto_unbox = TRUE, null = "null",
                      digits = NA))
}, "")
setwd(here)
writeLines(paste0("[\n", paste(recorded, collapse = ",\n"), "\n]"), "values.json", useBytes = TRUE)
