# Hashtags around #travel in Japan and the US: a tidyverse analysis
suppressPackageStartupMessages({
  library(tidyverse)
  library(traktok)
})
library(lubridate)

set.seed(42)
start <- ymd("2023-11-01")
hashtags <- c("travel", "baking", "cats")

search_hashtag <- function(tag, regions = c("JP", "US"), ...) {
  query() %>%
    query_and("region_code", "IN", regions) %>%
    query_and("hashtag_name", "IN", tag) %>%
    tt_search_api(start_date = start, end_date = start + 28, verbose = FALSE, ...)
}

raw <- map(hashtags, \(tag) search_hashtag(tag, max_pages = 3))
videos <- raw |>
  bind_rows() |>
  distinct(video_id, .keep_all = TRUE) |>
  mutate(
    day = as.Date(create_time), # the day in UTC
    url = paste0("https://www.tiktok.com/@", author_name, "/video/", video_id),
    engagement = like_count / view_count,
    popular = view_count >= 1000
  )

# Popular videos, most seen first
popular <- videos %>%
  filter(popular, day >= as.Date("2023-11-10"), !is.na(region_code)) %>%
  arrange(desc(view_count), video_id) %>%
  select(id = video_id, author_name, region_code, view_count, engagement, day)
popular
head(popular$id, 3)

# By country
by_region <- videos |>
  group_by(region_code) |>
  summarise(
    n = n(),
    authors = n_distinct(author_name),
    views = sum(view_count, na.rm = TRUE),
    mean_likes = mean(like_count)
  )
by_region

per_day <- videos |> count(day, name = "posted")
most <- per_day %>% arrange(desc(posted), day) %>% slice_head(n = 1)
cat("Busiest day:", format(most$day[1]), "with", most$posted[1], "videos\n")

# Which other hashtags go with these?
also <- videos |>
  select(video_id, hashtag_names) |>
  unnest_longer(hashtag_names) |>
  rename(hashtag = hashtag_names) |>
  filter(!(hashtag %in% hashtags)) |>
  count(hashtag, sort = TRUE) |>
  head(5)
also

# Who are the authors?
authors <- videos |>
  count(author_name, sort = TRUE) |>
  filter(n >= 3) |>
  pull(author_name) |>
  head(4)
profiles <- map_dfr(authors, ~ tt_user_info_api(.x, verbose = FALSE) |> mutate(author_name = .x))
table <- videos |>
  filter(author_name %in% authors) |>
  left_join(profiles, by = "author_name") |>
  mutate(reach = if_else(view_count > follower_count, "beyond", "within")) |>
  count(author_name, reach)
table

stopifnot(nrow(videos) > 0)
big <- profiles |> filter(follower_count == max(follower_count)) |> pull(author_name)
message(str_to_upper(big[1]), " has most followers")
write_csv(popular, "popular.csv")
