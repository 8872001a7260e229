library(traktok)
library(dplyr)

# Travel videos of two weeks, from Japan and the US
start <- as.Date("2023-11-01")
videos <- query() |>
  query_and("region_code", "IN", c("JP", "US")) |>
  query_and("hashtag_name", "IN", "travel") |>
  tt_search_api(start_date = start, end_date = start + 13, max_pages = 1, verbose = FALSE)
cat("Found", nrow(videos), "videos, the first is", videos$video_id[1], "\n")

# How many of those who saw them did something about it?
seen <- videos |>
  distinct(video_id, .keep_all = TRUE) |>
  filter(view_count >= 1000, !is.na(region_code)) |>
  mutate(
    day = as.Date(create_time), # in UTC
    engagement = round((like_count + comment_count) / view_count, 3),
    reach = case_when(view_count >= 10000 ~ "wide", view_count >= 3000 ~ "some", TRUE ~ "small")
  ) |>
  arrange(desc(view_count)) |>
  select(video_id, author_name, day, view_count, engagement, reach)
saveRDS(seen, "seen.rds")

seen |>
  group_by(reach) |>
  summarise(videos = n(), engagement = mean(engagement, na.rm = TRUE))

hist(log10(seen$view_count), main = "Views")
