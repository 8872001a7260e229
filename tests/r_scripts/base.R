# What trends in the US and Japan, who reaches most, and who answers?
# Base R only; one search a month, resumed where TikTok left off.

library(traktok)

first_day <- as.Date("2023-09-01")
months <- seq(first_day, by = "month", length.out = 5)
countries <- c("JP", "US")
max_comments <- 20L

# One month of videos, page by page: the search is picked up where it stopped
collect_month <- function(start, countries, pages = 2) {
  trends <- query() |>
    query_and(field_name = "region_code", operation = "IN", field_values = countries) |>
    query_or(field_name = "hashtag_name", operation = "IN", field_values = "trend") |>
    query_or(field_name = "keyword", operation = "IN", field_values = c("climate", "baking"))
  videos <- last <- tt_search_api(trends, start_date = start, end_date = start + 27,
                                  max_pages = 1, verbose = FALSE)
  page <- 1
  while (page < pages && nrow(last) >= 90) {
    last <- tt_search_api(trends, start, start + 27,
                          start_cursor = attr(last, "cursor"),
                          search_id = attr(last, "search_id"),
                          verbose = FALSE)
    videos <- rbind(videos, last)
    page <- page + 1
  }
  videos
}

results <- list()
for (i in seq_along(months)) {
  message("Collecting ", format(months[i], "%B %Y"))
  results[[i]] <- collect_month(months[i], countries)
}
videos <- do.call(rbind, results)
videos <- videos[!duplicated(videos$video_id), ]
cat("Found", nrow(videos), "videos by", length(unique(videos$author_name)), "accounts\n")

# Who reaches most?
videos$engagement <- (videos$like_count + videos$comment_count) / videos$view_count
videos$engagement[videos$view_count == 0] <- 0
videos$month <- format(videos$create_time, "%Y-%m")
videos <- videos[order(-videos$view_count, videos$video_id), ]
top <- videos[1:5, c("author_name", "region_code", "view_count", "engagement")]
print(top)

per_month <- table(videos$month)
busiest <- names(sort(per_month, decreasing = TRUE))[1]
cat("Most videos in ", busiest, ": ", per_month[[busiest]], "\n", sep = "")

for (country in countries) {
  own <- videos[which(videos$region_code == country), ]
  if (nrow(own) == 0) {
    next
  }
  cat(sprintf("%s: %d videos, median views %.1f\n", country, nrow(own), median(own$view_count)))
}

# Comments of the videos most commented on; one that fails must not end the others
videos <- videos[order(videos$comment_count, videos$video_id, decreasing = TRUE), ]
comments <- NULL
failed <- character(0)
for (id in head(videos$video_id, max_comments)) {
  found <- tryCatch(
    tt_comments_api(id, max_pages = 2, verbose = FALSE),
    error = function(e) {
      message("No comments of ", id, ": ", conditionMessage(e))
      NULL
    }
  )
  if (is.null(found)) {
    failed <- c(failed, id)
  } else {
    comments <- rbind(comments, found)
  }
}
n_comments <- if (is.null(comments)) 0 else nrow(comments)
share_liked <- round(100 * mean(comments$like_count > 0, na.rm = TRUE), 1)
cat(n_comments, "comments, of which", share_liked, "% are liked by somebody\n")
cat(length(failed), "videos failed\n")
