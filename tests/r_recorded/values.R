# Numbers, texts, vectors, lists, dates, and how a script runs

c(1, 2) + c(10, 20)

7 %/% 2

-7 %/% 2

-7 %% 3

7 %% -3

5.5 %% 2

for (i in 1:0) print(i)

1:0

n <- 0
seq_len(n)

x <- c(1, 2, 3)
x[-1]

x <- c(1, 2, 3)
x[-length(x)]

x <- c(5, 6, 7)
x[2:3]

x <- c(5, 6, 7)
x[c(3, 1)]

x <- c(5, 6, 7)
i <- 2
x[i]

x <- c(5, 6, 7)
x[x > 5]

x <- c(5, 6, 7)
head(x, -1)

x <- c(5, 6, 7)
tail(x, 2)

x <- c(5, 6, 7)
head(x, 2)

paste0("a", 1:3)

paste0("a", c("x", "y"), collapse = "+")

paste("a", NA)

paste(1.5, 2L, TRUE)

paste0(123456.789)

paste0(0.1 + 0.2)

paste0(1/3)

nchar("caf\u00e9")

nchar(c("a", "bcd", ""))

"a" %in% c("a", "b")

c("a", "z") %in% c("a", "b")

is.na(c(1, NA, 3))

is.na(NA)

r"(C:\path\n)"

r"---(a)--)---"

length(NULL)

x <- list(a = 1, b = "z")
for (e in x) print(e)

x <- list(a = 1, b = "z")
x$b

x <- list(a = 1, b = 2)
x[["a"]] + x$b

x <- list(a = 1, b = 2)
names(x)

x <- list(1, "a", TRUE)
x[[2]]

x <- list(1, 2, 3)
length(x[-1])

f <- function(x, y = 2) x * y
f(3)

f <- function(x, y = x + 1) x * y
f(3)

f <- function(x, y = 2) x - y
f(y = 1, x = 10)

f <- function(x, y = 2) x - y
f(y = 1, 10)

x <- 1
f <- function() { x <- 2; x }
f()
x

f <- function(x) { x[[1]] <- 99; x }
l <- list(1, 2)
f(l)[[1]]
l[[1]]

x <- c(1, 2, 3)
y <- x
y[2] <- 99
x
y

x <- c(a = 1, b = 2)
x[["b"]]

x <- c(a = 1, b = 2)
sum(x)

sum(c(1, NA, 3), na.rm = TRUE)

max(c(1, NA), na.rm = TRUE)

as.numeric("7300000000000000001")

as.numeric("12")

as.integer("12")

as.integer(3.9)

as.integer(-3.9)

as.integer(TRUE)

as.character(100000L)

as.character(TRUE)

round(2.5)

round(0.5)

round(-1.5)

round(2.675, 2)

round(1234.567, -2)

round(0.15, 1)

ceiling(1.2)

floor(-1.2)

sqrt(2)

log(8, 2)

log2(8)

exp(1)

abs(-3L)

2^10

-2^2

10 %/% 3 * 3

5 %in% 1:10

!c(TRUE, FALSE)

which(c(FALSE, TRUE, TRUE))

rev(1:3)

rev(c("a", "b"))

seq(1, 10, by = 3)

seq(10, 1, by = -3)

seq(2, 8)

seq(1, 2)

seq(5, 2)

seq_along(c("a", "b"))

rep("a", 3)

rep(c(1, 2), times = 2)

rep(c(1, 2), each = 2)

rep(0, 3)

sort(c(3, 1, 2))

sort(c(3, 1, 2), decreasing = TRUE)

sort(c("b", "a"))

unique(c(1, 2, 1))

duplicated(c("a", "b", "a"))

table(c("b", "a", "b"))

substr("abc", 2, 10)

substr("abc", 0, 2)

gsub("a", "b", "banana")

sub("a", "b", "banana")

gsub(".", "-", "a.b", fixed = TRUE)

gsub("\\s+", " ", "a   b")

str_replace_all("banana", "a", "o")

str_replace("banana", "a", "o")

str_remove_all("banana", "a")

str_trim("  a ")

str_sub("abcdef", 2, 4)

strsplit("a,b,c", ",")[[1]]

unlist(strsplit("a,b,c", ","))

sprintf("%d videos", 3L)

sprintf("%.2f", 3.14159)

sprintf("%5.1f%%", 12.345)

sprintf("%d", 3)

sprintf("%s", 1.5)

sprintf("%05d", 42L)

sprintf("%s", 1L)

format(1234567, big.mark = ",")

format(1234567L, big.mark = ",")

format(as.Date("2024-03-05"), "%d %B %Y")

format(as.Date("2024-03-05"), "%e")

as.Date("2024-03-01") - 1

as.Date("2024-03-01") + 0:2

as.Date("2024-01-31") + 30

as.Date("2024-03-01") - as.Date("2024-02-01")

as.numeric(as.Date("2024-03-01") - as.Date("2024-02-01"))

difftime(as.Date("2024-03-01"), as.Date("2024-02-01"), units = "days")

seq(as.Date("2024-01-01"), as.Date("2024-01-05"), by = "day")

seq(as.Date("2024-01-01"), as.Date("2024-03-01"), by = "month")

seq(as.Date("2024-01-01"), by = "week", length.out = 3)

as.numeric(as.Date("2024-01-01"))

weekdays(as.Date("2024-03-05"))

months(as.Date("2024-03-05"))

format(as.Date("2024-03-05"), "%Y%m%d")

as.Date("05.03.2024", format = "%d.%m.%Y")

as.Date("2024-01-05") > "2024-01-10"

d <- as.Date("2024-01-31")
d + 1

d <- as.Date("2024-01-31")
format(d + 1, "%m")

month(as.Date("2024-03-05"))

year(as.Date("2024-03-05"))

floor_date(as.Date("2024-03-15"), "month")

as.Date("2024-03-15") + days(3)

x <- list()
for (i in 1:3) x[[i]] <- i * 2
length(x)
x[[3]]

x <- c()
for (w in c("aa", "b")) x <- c(x, nchar(w))
x

x <- numeric(3)
for (i in 1:3) x[i] <- i^2
x

i <- 0
while (i < 3) i <- i + 1
i

i <- 0
repeat { i <- i + 1; if (i >= 4) break }
i

for (i in 1:4) { if (i %% 2 == 0) next; print(i) }

x <- tryCatch(stop("no"), error = function(e) conditionMessage(e))
x

x <- tryCatch({ 1 + 1 }, error = function(e) 0)
x

x <- tryCatch({ stop("bad"); 1 }, error = function(e) { -1 }, finally = print("done"))
x

x <- try(stop("oops"), silent = TRUE)
inherits(x, "try-error")

f <- function(x) { if (x > 1) "big" else "small" }
f(2)
f(0)

sapply(c(1, 2, 3), function(x) x * 2)

sapply(c("a", "bb"), nchar)

unlist(lapply(1:3, function(i) i * 10))

map_dfr(1:2, ~ tibble(i = .x, sq = .x^2))

map_dbl(1:3, ~ .x * 2)

map_chr(c("a", "b"), toupper)

vapply(1:3, function(i) i + 0.5, numeric(1))

switch("b", a = 1, b = 2, 3)

x <- "a"
switch(x, a = "first", b = "second", "other")

x <- 5; x <- x + 1 -> y
y

x = 3
x

x <- NULL
is.null(x)

x <- NULL
length(x)

max(c("b", "a"))

min(as.Date(c("2024-01-02", "2024-01-01")))

range(c(3, 1, 2))

prop.table(table(c("a", "b", "a")))

round(prop.table(table(c("a", "b", "a"))), 2)

nchar("日本語 🥰")

substr("日本語", 2, 3)

cat("a", "b", sep = "")

cat("a\n", "b\n")

cat("x:", 1.5, "\n")

cat(sprintf("%s: %d\n", "a", 3L))

cat(c(1, 2, 3), sep = ", ")

cat(TRUE, NA, "\n")

file.exists("nothing.csv")

file.path("a", "b.rds")

x <- 1:10
x[x %% 2 == 0]

x <- 1:10
sum(x[x > 5])

x <- c(b = 2, a = 1)
for (n in names(x)) cat(n, x[[n]], "\n")

x <- c(b = 2, a = 1)
for (e in x) print(e)

x <- c(b = 2, a = 1)
x["c"] <- 3
x

x <- list(a = 1)
x$b <- 2
names(x)
length(x)

x <- c(1, 2, 3)
x[2] <- 10
sum(x)

x <- c(3, 1, 2)
max(x) - min(x)

TRUE + TRUE

sum(c(TRUE, FALSE, TRUE))

mean(c(TRUE, FALSE))

1:3 == c(1, 2, 4)

all(1:3 == c(1, 2, 3))

"abc" < "abd"

"B" < "a"

"10" < "9"

TRUE == 1

"a" == c("a", "b")

nchar("a\\b")

"it's"

'say "hi"'

"tab\there"

"\u65e5\U1F970"

"\x41"

"\101"

'a\'b'

r"[brackets]"

R"(x)"

0x1F

1e-3

.5

5.

1e3L

100L / 7L

7L %/% 2L

2L^2L

5 %/% 0.3

5.5 %/% 2

-5.5 %% 2

0.1 + 0.2 == 0.3

round(-2.5)

round(3.14159, 2)

x <- 5
if (x > 3 && x < 10) print("in")

x <- c(1, 2)
if (length(x)) print("has")

x <- "a"
if (x %in% c("a", "b")) print("yes")

if (!is.null(NULL)) print("no") else print("null")

x <- 3
y <- if (x > 2) "a" else "b"
y

f <- function(x) { y <- x * 2; y }
f(3)

f <- function(x) return(x + 1)
f(f(1))

f <- function() { list(a = 1, b = 2) }
f()$b

f <- function() { list(a = 1, b = 2) }
r <- f()
r$a + r[["b"]]

x <- 10
f <- function() x * 2
x <- 20
f()

f <- function(x) { x[1] <- 100; x }
a <- c(1, 2)
f(a)
a

for (i in c(2, 4)) print(i)

for (x in list(1, "b")) print(x)

for (i in seq(1, 10, 3)) print(i)

for (i in 3:1) print(i)

i <- 0
while (TRUE) { i <- i + 1; if (i == 2) next; if (i > 3) break; print(i) }

r <- lapply(c("a", "b"), function(x) paste0(x, x))
r[[2]]

x <- sapply(1:3, function(i) { j <- i * 2; j + 1 })
x

sapply(list(a = 1:3, b = 4:6), mean)

sapply(c(a = 1, b = 2), function(x) x * 10)

unlist(list(a = 1, b = 2))

unlist(list(1, 2, 3))

c(list(1), list(2))

c(1, NA, 3) + 1

c(1, NA) > 0

mean(c(1, 2, NA), na.rm = TRUE)

unsplit <- strsplit("a b c", " ")[[1]]
length(unsplit)

paste("a", "b", sep = "")

paste(c("a", "b"), c("x", "y"), sep = "-")

paste(c("a", "b"), "x", sep = "-", collapse = "|")

paste("on", as.Date("2024-03-01"))

paste(Sys.Date() - Sys.Date())

toupper(letters[1:3])

sprintf("%3d|%-5s|", 5L, "ab")

as.Date("2024-02-28") + 2

as.Date("2024-12-31") + 1

seq(as.Date("2024-01-01"), as.Date("2024-01-10"), by = 3)

seq(as.Date("2024-01-01"), as.Date("2024-01-22"), by = "week")

seq(as.Date("2024-01-01"), as.Date("2024-01-22"), by = "2 weeks")

seq(as.Date("2024-01-15"), by = "month", length.out = 3)

length(seq(as.Date("2024-01-01"), as.Date("2024-12-31"), by = "month"))

starts <- seq(as.Date("2024-01-01"), as.Date("2024-03-01"), by = "month")
for (i in seq_along(starts)) print(starts[i])

starts <- seq(as.Date("2024-01-01"), as.Date("2024-03-01"), by = "month")
starts + 27

starts <- seq(as.Date("2024-01-01"), as.Date("2024-03-01"), by = "month")
format(starts, "%Y%m")

starts <- seq(as.Date("2024-01-01"), as.Date("2024-03-01"), by = "month")
starts[2] - starts[1]

starts <- as.Date(c("2024-01-01", "2024-02-01"))
starts[1]

d <- as.Date("2024-03-01")
d - 1 == as.Date("2024-02-29")

d <- as.Date("2024-03-01")
d > as.Date("2024-02-29") & d < as.Date("2024-04-01")

as.integer(format(as.Date("2024-03-01"), "%Y"))

as.numeric(format(as.Date("2024-03-01"), "%m"))

ifelse(5 > 3, "a", "b")

ifelse(c(1, 5) > 3, "a", "b")

ifelse(no = "b", yes = "a", test = TRUE)

sub("^a", "b", "aa")

strsplit(split = ",", x = "a,b")[[1]]

startsWith("abc", "a")

trimws("  a  ")

nchar(trimws("  a  "))

rev(strsplit("a,b", ",")[[1]])

tryCatch(stop("x"), error = function(e) print("caught"), finally = print("end"))

r <- tryCatch(10, error = function(e) 0)
r

for (i in 1:3) { r <- tryCatch({ if (i == 2) stop("two"); i }, error = function(e) NA); print(r) }

f <- function() { tryCatch(return(1), error = function(e) 2); 3 }
f()

f <- function() tryCatch(stop("a"), error = function(e) "handled")
f()

message("a", c("b", "c"))
1

cat("a", "b\n", "c\n")

cat("a", "b", "\n", sep = "")

cat("a", 1L, 2.5, TRUE, "\n")

cat(123456789, 0.1 + 0.2, 100 * 1.1, "\n")

cat(22/7, sep = "\n")

print(paste("a", 1))

print(c(1.5, 2))

invisible(5)

x <- y <- 2
x + y

{ 1; 2 }

sq <- \(x) x^2
sq(3)

setdiff(c(1, 2, 3), 2)

intersect(c("a", "b"), c("b", "c"))

union(c(1, 2), c(2, 3))

setdiff(c(1, 1, 2), 2)

length(setdiff(c("a", "a", "b"), "b"))

intersect(c("a", "a"), c("a"))

x <- c("a", "b", "a")
x[!duplicated(x)]

x <- c(4, 2, 9)
which(x > 3)
which.max(x)
which.min(x)

x <- c(4, NA, 9)
mean(x, na.rm = TRUE)
sum(x, na.rm = TRUE)
max(x, na.rm = TRUE)
is.na(x)
sum(is.na(x))
x[!is.na(x)]

x <- c(4, NA, 9)
length(x[is.na(x)])

rep("a", times = 3)

rep(c("a", "b"), 2)

rep(1:2, times = 3)

paste(rep("-", 5), collapse = "")

x <- "b"
switch(x, a = 1, b = 2)

f <- function(kind) switch(kind, video = "videos", comment = "comments", "unknown")
f("comment")
f("zzz")

as.Date("2024-03-01") + days(3)

as.Date("2024-03-01") - weeks(1)

year(as.Date("2024-03-15")) * 100 + month(as.Date("2024-03-15"))

str_remove("banana", "an")

str_trim(c(" a", "b "))

substr("2024-03-01", 1, 7)

x <- "abc"
substr(x, nchar(x) - 1, nchar(x))

x <- "abc"
substr(x, nchar(x) - 4, nchar(x))

x <- "abc"
substr(x, 1, nchar(x) - 1)

f <- function(x) { x + 1; x + 2 }
f(1)

n <- 3
total <- 0
for (i in 1:n) { total <- total + i }
total

x <- 1:5
x[-1]
x[-length(x)]
x[length(x)]
x[c(TRUE, FALSE, TRUE, FALSE, TRUE)]
head(x, 3)
rev(x)

x <- list(a = 1, b = "z", c = NULL)
length(x)

x <- list(1, NULL, 3)
length(x)

x <- c(1, NULL, 3)
length(x)

x <- c("a", NULL)
x

ids <- c()
length(ids)

x <- list()
x$a <- 1
x$b <- "q"
names(x)

x <- list(a = 1, b = 2)
for (n in names(x)) print(x[[n]])

x <- list(a = 1, b = 2)
"a" %in% names(x)

x <- c(2, 1)
x[[1]]

x <- c(1.5, 2.5)
as.integer(x)

x <- "5"
as.integer(x) + 1L

x <- c("1", "2")
sum(as.numeric(x))

1:3 + 1

1:3 * 2

2^(0:3)

(1:3)[2]

sum(1:10)

mean(1:4)

max(1:4)

length(1:4)

rev(1:4)[1]

x <- 1:4
x[x > 2]

x <- seq(2, 10, by = 2)
x[3]

x <- seq(2, 10, by = 2)
paste(x, collapse = ",")

10:1

5:5

-1:1

-(1:3)

!TRUE

!(1 > 2)

is.na(5)

nchar("")

rev(list(1, 2))[[1]]

if (is.null(NULL) || FALSE) "y"

x <- 7
if (x > 5) { y <- "big" } else { y <- "small" }
y

x <- 7
y <- ifelse(x > 5, "big", "small")
y

x <- 1
while (x < 100) { x <- x * 2 }
x

x <- 0
for (i in 1:5) { if (i == 3) break; x <- x + i }
x

f <- function(x) { if (is.null(x)) return("none"); paste("got", x) }
f(NULL)
f("a")

f <- function(tags) { length(tags) }
f(c("a", "b"))

f <- function(x, n = length(x)) n
f(c(1, 2, 3))

f <- function() { x <- 1; g <- function() x + 1; g() }
f()

x <- 5
f <- function(x) { x <- x * 2; x }
f(x)
x

l <- list(a = 1)
f <- function(l) { l$a <- 2; l$a }
f(l)
l$a

l <- list(1, 2)
m <- l
m[[1]] <- 99
l[[1]]

barplot <- 3
barplot

min(3, 1, 2)

round(mean(c(1, 2, 2)), 2)

round(1e6 / 3)

round(123.456, -1)

nchar(format(Sys.Date()))

d1 <- as.Date("2024-01-01"); d2 <- as.Date("2024-03-01")
as.integer(d2 - d1)
d2 - d1 > 30
seq(d1, d2, by = "month")

days <- seq(as.Date("2024-01-01"), by = "day", length.out = 3)
days[days > as.Date("2024-01-01")]

days <- seq(as.Date("2024-01-01"), as.Date("2024-01-03"), by = "day")
for (d in as.list(days)) print(d)

days <- seq(as.Date("2024-01-01"), as.Date("2024-01-03"), by = "day")
sapply(days, function(d) format(d, "%d"))

lapply(seq_along(c("a", "b")), function(i) i * 2)

x <- c(b = 2, a = 1)
names(x)[1]

x <- c(b = 2, a = 1)
max(x)

x <- c(b = 2, a = 1)
unname(x)

x <- c(b = 2, a = 1)
length(x)

toupper(substr("hello", 1, 1))

sprintf("%04d-%02d", 2024L, 3L)

sprintf("%.0f", 2.5)

sprintf("%.0f", 1e10)

sprintf("%e", 12345.678)

sprintf("%g", 1e-5)

sprintf("%i", 3L)

sprintf("%5s", "ab")

sprintf("%%")

sprintf("%d%%", 10L)

sprintf("%s", c(1.5, 2))

sprintf("%d", 3.0)

gsub("#", "", "#tag", fixed = TRUE)

gsub(" ", "_", c("a b", "c d"))

grepl("a+", "caat")

strsplit("a|b", "|", fixed = TRUE)[[1]]

unlist(strsplit("2024-01-05", "-"))[2]

tolower("ÄÖ")

trimws(c(" a", "b "))

f <- function(x, n = length(x) * 2) { y <- n; y }
f(c(1, 2))

NA_character_

x <- c("a", NA_character_)
is.na(x)

out <- c()
for (k in 1:3) out[k] <- k * 2
out

out <- character()
for (k in 1:3) out[k] <- paste0("a", k)
out

out <- numeric(0)
for (k in 1:4) if (k %% 2 == 0) out[k] <- k
length(out)
sum(out, na.rm = TRUE)

x <- c(1, 2, 3)
x[5] <- 9
x
is.na(x)

x <- c(1, 2, 3)
x[4] <- 9
max(x)

x <- list(1)
x[[3]] <- "c"
length(x)

out <- c()
out["a"] <- 1
out["b"] <- 2
out

a <- b <- list()
a$x <- 1
a$x
length(b)

l <- list(a = 1)
is.null(l$zz)
is.null(l[["a"]])

l <- list(a = 1)
l$b <- "x"
nchar(l$b)
names(l)

l <- list(a = 1, b = list(c = "x"))
toupper(l$b$c)

sort(c(3, NA, 1))

sort(c(3, NA, 1), decreasing = TRUE)

mean(c(1, NA, 3), na.rm = TRUE)

length(c(1, NA))

rev(c(1, NA))

unique(c(1, NA, 1))

x <- c(4, NA, 1)
x <- x[!is.na(x)]
max(x)
x[x > 1]

as.integer("3.7")

x <- NULL
for (i in 1:3) x <- c(x, i * 2)
x

l <- list(a = 1, b = 2)
l$a <- NULL
names(l)
is.null(l$a)

w <- data.frame(a = 1:3)
w$n <- NA
for (k in seq_len(nrow(w))) w$n[k] <- k * 10
w$n

w <- data.frame(a = 1:3, n = 0)
for (k in 1:3) w[k, "n"] <- k / 2
sum(w$n)

cumsum(c(1, 2, 3))

x <- c(2, 3)
cumsum(x)[2]

x <- c(a = 1, b = 2)
x["c"] <- 3
x[["c"]]
x["zz"]
is.na(x["zz"])

labels <- c(US = "United States")
for (r in c("US", "DE")) print(labels[r])

p <- list(tags = c("a", "b"), n = 3)
for (t in p$tags) print(t)
p$n + 1
p[["tags"]][1]

p <- list(tags = c("a", "b"), n = 3)
p$n <- "x"
k <- "n"
p[[k]] <- 4
p$n

x <- list(1, 2)
x[[3]] <- 5
x[[3]]

f <- function(l) { l$a <- NULL; names(l) }
x <- list(a = 1, b = 2)
f(x)
names(x)

# Tables in base R; `v` is what the search found

head(v$view_count, -2)

nrow(head(v, -2))

nrow(tail(v, -2))

v$author_name[length(v$author_name)]

v$author_name[nrow(v)]

v[nrow(v), ]$author_name

v[-1, ]$author_name

v[c(1, 3), "author_name"]

v[["author_name"]][2:3]

paste0("id", v$share_count)

nchar(v$author_name)

nchar(v$region_code)

v$region_code %in% c("US", NA)

is.na(v$region_code)

sum(is.na(v$region_code))

f <- function(x) { x$new <- 1; ncol(x) }
f(v)
ncol(v)

if (is.na(v$view_count[2])) print("missing")

sum(v$like_count, na.rm = TRUE)

sum(v$like_count)

mean(v$like_count)

mean(v$like_count, na.rm = TRUE)

median(v$like_count, na.rm = TRUE)

max(v$view_count)

max(v$view_count, na.rm = TRUE)

sd(v$like_count, na.rm = TRUE)

var(v$share_count)

any(v$view_count > 1000)

all(v$view_count >= 0)

any(v$view_count > 1000, na.rm = TRUE)

which(v$view_count > 400)

which.max(v$view_count)

which.min(v$view_count)

range(v$share_count)

range(v$view_count, na.rm = TRUE)

cumsum(v$like_count)

sort(v$view_count)

sort(v$view_count, decreasing = TRUE)

v$view_count[order(v$view_count)]

v$author_name[order(v$share_count)]

v[order(v$view_count), ]$video_id

v[order(-v$view_count), ]$video_id

v[order(v$author_name, -v$view_count), ]$video_id

v[order(v$view_count, decreasing = TRUE), ]$video_id

v[order(v$create_time, decreasing = TRUE), "video_id"]

unique(v$region_code)

table(v$region_code)

names(table(v$author_name))

table(v$region_code)[["US"]]

sort(table(v$author_name), decreasing = TRUE)

max(table(v$region_code))

names(which.max(table(v$author_name)))

length(table(v$region_code))

length(unique(v$region_code))

n_distinct(v$region_code)

n_distinct(v$region_code, na.rm = TRUE)

v[which(v$view_count > 100), ]$video_id

subset(v, view_count > 100)$video_id

subset(v, view_count > 100, select = c(video_id, view_count))

v$video_id[which(v$region_code == "JP")]

mean(v$like_count / v$view_count, na.rm = TRUE)

is.na(v$like_count / v$view_count)

v$like_count %/% 7

v$like_count %% 7

-v$like_count %/% 7

v$like_count^2

v$share_count / 2L

table(unlist(v$hashtag_names))

sort(table(unlist(v$hashtag_names)), decreasing = TRUE)

length(unlist(v$hashtag_names))

lengths(v$hashtag_names)

sapply(v$hashtag_names, length)

a <- data.frame(id = c("1", "2"), x = 1:2)
b <- data.frame(id = c("2", "3"), x = 3:4)
rbind(a, b)

colnames(v)[1:3]

v$new <- v$share_count * 2
v$new

v$flag <- v$view_count > 100
sum(v$flag, na.rm = TRUE)

v$view_count[is.na(v$view_count)] <- 0
v$view_count

v[is.na(v$view_count), "view_count"] <- 0L
v$view_count

v[["new"]] <- 1
v$new

v[v$region_code == "US" & !is.na(v$region_code), "video_id"]

with(v, sum(share_count))

nrow(v[v$author_name == "ben", ])

v[1, "author_name"]

v$author_name[1:2]

v[1:2, c("video_id", "author_name")]

v[2, ]$author_name

v[nrow(v):1, ]$video_id

"view_count" %in% names(v)

toupper(v$author_name)

substr(v$author_name, 1, 2)

gsub("[aeiou]", "", v$author_name)

table(format(v$create_time, "%Y-%m"))

table(weekdays(v$create_time))

table(as.Date(v$create_time))

min(v$create_time)

max(as.Date(v$create_time))

format(min(v$create_time), "%Y-%m-%d")

total <- 0
for (n in v$share_count) total <- total + n
total

for (i in seq_len(nrow(v))) { if (i == 2) print(v$author_name[i]) }

for (n in names(v)[1:2]) print(n)

do.call(rbind, lapply(1:2, function(i) data.frame(i = i, sq = i^2)))

stopifnot(nrow(v) == 6)
nrow(v)

nrow(v) > 0 && v$author_name[1] == "ben"

if (nrow(v) > 3) { "many" } else { "few" }

x <- if (nrow(v) > 3) "many" else "few"
x

rev(v$author_name)

tail(v$author_name, 1)

tail(v, 2)$video_id

head(sort(table(v$author_name), decreasing = TRUE), 1)

round(100 * mean(v$share_count > 1), 1)

cat("n =", nrow(v), "\n")

saveRDS(v, "x.rds")
w <- readRDS("x.rds")
nrow(w)
attr(w, "cursor")
w$video_id

all <- NULL
for (i in 1:2) all <- rbind(all, v)
nrow(all)

all <- data.frame()
for (i in 1:2) all <- rbind(all, v)
nrow(all)

all <- list()
for (i in 1:2) all[[i]] <- v
nrow(do.call(rbind, all))

ids <- character()
for (i in 1:2) ids <- c(ids, v$video_id[i])
ids

sum(v$view_count > 100, na.rm = TRUE)

sum(v$author_name == "ben")

mean(v$author_name == "ben")

length(v$video_id[v$author_name == "ben"])

v$view_count[v$author_name == "ben"]

v$author_name == "ben" & v$view_count > 100

any(v$region_code == "US")

any(v$region_code == "XX")

all(v$region_code == "US")

v[v$author_name == "ben" | v$author_name == "Ada", ]$video_id

v[!(v$author_name %in% c("ben", "Ada")), ]$video_id

v$view_count == 500

round(v$like_count / 7, 1)

round(v$share_count / 2)

f <- function(n = 10, verbose = FALSE) { if (verbose) print("v"); n }
f(verbose = TRUE)

a <- v
a$share_count <- 0
sum(v$share_count)

for (id in v$video_id[1:2]) print(id)

for (i in nrow(v):1) print(i)

for (i in seq_along(v$video_id)) if (i > 5) print(i)

for (a in unique(v$author_name)) print(nrow(v[v$author_name == a, ]))

for (a in unique(v$author_name)) print(sum(v$share_count[v$author_name == a]))

for (r in unique(v$region_code)) print(r)

sapply(v$hashtag_names, function(h) paste(unlist(h), collapse = ","))

vapply(v$hashtag_names, length, integer(1))

is.na(v$video_description) | v$video_description == ""

v$voice_to_text != ""

sum(v$voice_to_text != "", na.rm = TRUE)

rbind(v[1, ], v[2, ])$video_id

paste0("n=", nrow(v))

paste("mean:", round(mean(v$share_count), 2))

paste("mean:", mean(v$share_count))

paste0(v$author_name, collapse = ",")

paste(unique(v$author_name), collapse = ", ")

paste0("@", v$author_name)

paste(v$author_name, v$share_count)

sprintf("%.1f%%", 100 * mean(v$author_name == "ben"))

sprintf("%s has %d", v$author_name[1], v$view_count[1])

sprintf("%d", nrow(v))

ifelse(v$view_count > 100, v$view_count, 0)

ifelse(v$view_count > 100, v$author_name, "none")

ifelse(is.na(v$view_count), 0, v$view_count)

v$kind <- ifelse(v$share_count > 2, "many", "few")
table(v$kind)

v$n <- lengths(v$hashtag_names)
v$n

v$day <- as.Date(v$create_time)
length(unique(v$day))

v$day <- format(v$create_time, "%d.%m.%Y")
v$day[1]

v <- v[order(v$share_count), ]
v$ord <- 1:nrow(v)
v[v$video_id == "7300000000000000001", ]$ord

v$share_count[1] + v$comment_count[1]

v$view_count <- NULL
ncol(v)

v <- v[v$share_count > 1, ]
nrow(v)
v$video_id[1]

w <- v[v$author_name == "cleo", ]
w$new <- c(1, 2)
w$new

w <- v[v$author_name == "cleo", ]
w$new <- seq_len(nrow(w))
w$new

w <- v[v$author_name == "cleo", ]
rbind(w, v[1, ])$video_id

grepl("RAIN", v$video_description, ignore.case = TRUE)

grepl("kyoto|cats", v$video_description)

grepl("%", v$video_description, fixed = TRUE)

endsWith(v$author_name, "n")

data.frame(a = 1:2, b = "x")

d <- data.frame(a = c(3, 1), b = c("x", "y"))
d[order(d$a), "b"]

d <- data.frame(a = c(3, 1), b = c("x", "y"))
d[d$a > 1, "b"]

d <- data.frame(a = c(3, NA), b = c("x", "y"))
mean(d$a, na.rm = TRUE)

d <- data.frame(a = 1:3)
d$b <- d$a^2
d

d <- data.frame(a = 1:3)
d[d$a == 2, ]

d <- data.frame(a = 1:3)
nrow(d)
sum(d$a)

cat("mean", mean(v$share_count), "\n")

cat(paste0("n: ", nrow(v)), "\n")

cat("first:", v$author_name[1], "\n")

nrow(v); ncol(v)

mean(v[["share_count"]])

v[["share_count"]][v[["author_name"]] == "ben"]

v[v[["author_name"]] == "ben", "share_count"]

sum(v[v$author_name == "ben", ]$share_count)

head(v[order(-v$share_count), c("video_id", "share_count")], 2)

tail(v$share_count, 2)

max(nchar(v$author_name))

unique(v$author_name)[2]

which(v$author_name == "ben")

setdiff(unique(v$author_name), "ben")

dim(v)

nrow(unique(v["author_name"]))

unlist(v$hashtag_names)[1]

v$hashtag_names[[1]]

v$hashtag_names[[1]][[2]]

length(v$hashtag_names[[2]])

"rain" %in% unlist(v$hashtag_names[[1]])

attr(v, "search_id")

x <- attr(v, "cursor")
x + 1L

identical(attr(v, "cursor"), 100L)

d <- data.frame(a = c(3, NA, 1))
mean(d$a)
mean(d$a, na.rm = TRUE)
is.na(d$a)
sum(d$a > 1, na.rm = TRUE)

v$level <- case_when(v$share_count >= 5 ~ "high", TRUE ~ "low")
table(v$level)

range(v$create_time)

range(v$share_count)[2] - range(v$share_count)[1]

names(which.max(table(v$region_code)))

round(prop.table(table(v$region_code)), 3)

v$author_name[order(v$share_count, decreasing = TRUE)][1:2]

v$author_name[order(-v$share_count)]

str_replace_all(v$video_description, "a", "_")

if (TRUE) { nrow(v); ncol(v) }

d <- data.frame(a = 1:3)
d[d$a > 1, ]

with(v, mean(share_count))

with(v, table(author_name))

dir.create("out", showWarnings = FALSE)
saveRDS(v, file = file.path("out", "v.rds"))
w <- readRDS("out/v.rds")
identical(nrow(w), nrow(v))
w$hashtag_names[[1]]
sum(w$like_count, na.rm = TRUE)
w$create_time[1]

out <- list()
for (tag in c("a", "b")) { r <- v[1:2, ]; r$tag <- tag; out[[length(out) + 1]] <- r }
do.call(rbind, out)$tag

out <- lapply(c("US", "JP"), function(r) v[v$region_code %in% r, ])
sapply(out, nrow)

v[2:1, ]$video_id

v$share_count[3:1]

mean(v$share_count[v$author_name == "ben"])

v[which.max(v$view_count), ]$video_id

v$author_name[which.max(v$share_count)]

v[v$video_id == "7300000000000000003", "view_count"]

v[v$video_id == "7300000000000000003", ]$view_count

v$view_count[v$video_id == "7300000000000000003"]

100 * sum(v$region_code == "US", na.rm = TRUE) / nrow(v)

sum(v$view_count > mean(v$view_count, na.rm = TRUE), na.rm = TRUE)

if (any(is.na(v$view_count))) print("gaps")

v$ratio <- v$like_count / v$view_count
v[order(-v$ratio), ]$video_id
mean(v$ratio, na.rm = TRUE)
sum(is.na(v$ratio))

as.Date(v$create_time[1]) + 1

as.numeric(v$create_time[1])

v$create_time[1] > as.POSIXct("2023-01-01", tz = "UTC")

format(v$create_time[1], "%H:%M")

if (length(v$video_id) > 0) v$video_id[length(v$video_id)]

if (!("zz" %in% names(v))) "no col"

total <- 0
for (r in c("US", "JP")) { n <- sum(v$region_code == r, na.rm = TRUE); total <- total + n; cat(r, n, "\n") }
total

res <- data.frame()
for (r in c("US", "JP")) { res <- rbind(res, data.frame(region = r, n = sum(v$region_code == r, na.rm = TRUE))) }
res

f <- function(data, min = 10) { data[!is.na(data$view_count) & data$view_count > min, ] }
nrow(f(v))
nrow(f(v, 1000))
nrow(f(min = 0, data = v))

d <- v
d[d$author_name == "ben", "share_count"] <- 0L
d$share_count

d <- v
d$share_count[d$author_name == "ben"] <- 0L
d$share_count

d <- v
d$region_code[is.na(d$region_code)] <- "none"
table(d$region_code)

d <- v
d$x <- NA
sum(is.na(d$x))

d <- v
d$x <- "const"
d$x[3]

d <- v
d$x <- d$author_name == "ben" | d$share_count > 4
sum(d$x)

d <- v[, c("video_id", "share_count")]
colnames(d) <- c("id", "n")
d$n[2]

d <- v[order(v$region_code, v$author_name), ]
d$video_id

d <- v[order(v$region_code, decreasing = TRUE), ]
d$video_id

d <- v[order(-v$share_count, v$author_name), ]
d$video_id

d <- head(v[order(-v$share_count), ], 2)
d$video_id

d <- v[v$share_count == max(v$share_count), ]
d$video_id

d <- v[v$view_count == max(v$view_count, na.rm = TRUE), ]
nrow(d[!is.na(d$video_id), ])

d <- v[!duplicated(v$author_name), ]
d$video_id

d <- unique(v[, c("author_name", "region_code")])
nrow(d)

d <- v[v$create_time >= as.POSIXct("2023-11-09", tz = "UTC"), ]
nrow(d)

d <- v[as.Date(v$create_time) >= as.Date("2023-11-02") & as.Date(v$create_time) <= as.Date("2023-11-30"), ]
d$video_id

d <- v[format(v$create_time, "%Y-%m") == "2023-11", ]
nrow(d)

d <- v[grepl("rain", v$video_description, ignore.case = TRUE), ]
nrow(d)

d <- v[lengths(v$hashtag_names) > 0, ]
nrow(d)

sum(table(v$region_code))

names(sort(table(v$author_name), decreasing = TRUE))[1:2]

t <- table(v$author_name)
for (n in names(t)) cat(n, t[n], "\n")

t <- table(v$author_name)
t[["ben"]] / sum(t)

mean(v$share_count > 1)

as.Date(v$create_time)[1]

min(as.Date(v$create_time))

range(as.Date(v$create_time))

x <- c(JP = 1, US = 2)
sum(x[v$region_code], na.rm = TRUE)

r <- unique(v$region_code)
r <- r[!is.na(r)]
sort(r)

x <- v$view_count[!is.na(v$view_count)]
mean(x)

as.character(v$view_count)

is.na(v$view_count[2] > 5)

isTRUE(v$view_count[2] > 5)

if (isTRUE(v$view_count[2] > 5)) "y" else "n"

sum(v$view_count[v$region_code %in% "JP"], na.rm = TRUE)

v$view_count[v$region_code == "JP" & !is.na(v$region_code)]

mean(v$view_count[v$region_code == "US"], na.rm = TRUE)

length(which(v$view_count > 100))

nrow(v[is.na(v$region_code), ])

v$big <- ifelse(v$view_count > 100, "yes", "no")
table(v$big)
v[which(v$big != "no"), ]$video_id

nrow(v[v$like_count > 5, ])

nrow(v[which(v$like_count > 5), ])

mean(v$view_count[v$like_count > 5])

sum(v$share_count[v$like_count > 5], na.rm = TRUE)

v$video_id[v$view_count > 100]

length(v$video_id[!(v$region_code == "US")])

v[v$region_code == "US", "video_id"]

v[v$region_code == "US", ]$author_name

w <- v[v$view_count > 100, ]
w$video_id[w$author_name == "ben"]
nrow(w[w$author_name == "ben", ])
lengths(w$hashtag_names)
sum(is.na(w$view_count))

v[v$view_count > 100 & !is.na(v$view_count), ]$video_id

v[!is.na(v$view_count) & !is.na(v$like_count) & v$view_count > v$like_count & v$like_count > 5, ]$video_id

v[v$view_count > 100 & !is.na(v$like_count), ]$video_id

v[v$author_name == "ben" & v$view_count > 10, ]$video_id

keep <- v$view_count > 100
nrow(v[keep, ])
sum(keep, na.rm = TRUE)

s <- v |> group_by(region_code) |> summarise(m = mean(like_count), n = n())
w <- s[s$m > 5, ]
nrow(w)
w[w$n > 1, ]$m
sum(w$n)

sapply(c("US", "JP"), function(r) nrow(v[v$region_code == r, ]))

sapply(c("US", "JP"), function(r) mean(v$share_count[v$region_code == r], na.rm = TRUE))

nrow(subset(v, like_count > 5))

nrow(v[grepl("rain", v$video_description, ignore.case = TRUE), ])

n <- 0
for (i in 1:nrow(v)) if (isTRUE(v$like_count[i] > 5)) n <- n + 1
n

n <- 0
for (i in 1:nrow(v)) if (isFALSE(v$like_count[i] > 5)) n <- n + 1
n

sum(sapply(1:nrow(v), function(i) if (!isTRUE(v$like_count[i] > 5)) 1 else 0))

isTRUE(1 < 2)

isFALSE(1 < 2)

unique(v$author_name)

sort(unique(v$region_code))

j <- left_join(tibble(author_name = c("ben", "zoe")), v |> select(author_name, video_id) |> distinct(author_name, .keep_all = TRUE), by = "author_name")
nrow(j[j$video_id == "7300000000000000001", ])

v$author_name <- ifelse(v$author_name == "ben", NA, v$author_name)
nrow(v[v$author_name == "Ada", ])

out <- c()
for (r in unique(v$author_name)) out[r] <- nrow(v[v$author_name == r, ])
out

"US" %in% v$region_code

"XX" %in% v$region_code

c("US", "XX") %in% v$region_code

paste(sort(unique(v$region_code)), collapse = ", ")

for (r in unique(v$region_code)) print(is.na(r))

f <- function(x) { x$view_count <- 0; sum(x$view_count) }
f(v)
sum(v$view_count, na.rm = TRUE)

v |> mutate(view_count = view_count * 2, share_count = view_count + 1) |> pull(share_count)

v |> summarise(m = mean(view_count[like_count > 5]), n = sum(share_count[view_count > 100], na.rm = TRUE))

v |> group_by(author_name) |> summarise(m = mean(view_count[view_count > 10]), n = sum(view_count[view_count > 10], na.rm = TRUE))

v |> mutate(h = as.integer(format(create_time, "%H"))) |> filter(h > 12) |> pull(h)

as.integer(format(v$create_time, "%H"))

as.numeric(v$music_id)

as.numeric(v$voice_to_text)

quantile(v$view_count, na.rm = TRUE)

quantile(v$view_count, 0.9, na.rm = TRUE)

q <- quantile(v$share_count)
q[["50%"]]

v |> mutate(d = na_if(region_code, "US")) |> filter(d != "x") |> nrow()

v |> mutate(d = na_if(author_name, "ben")) |> filter(d != "x") |> nrow()

w <- v
w$author_name <- na_if(w$author_name, "ben")
nrow(w[w$author_name == "Ada", ])

na_if(v$share_count, 5)

a <- na_if(v$author_name, "ben")
length(v$video_id[a == "Ada"])

v$view_count[2] <- 7L
v$view_count

a <- ifelse(v$author_name == "ben", NA, v$author_name)
length(v$video_id[a == "Ada"])

v$likes <- ifelse(v$view_count > 100, v$like_count, 0)
nrow(v[v$likes > 10, ])

w <- v[v$view_count > 100, ]
u <- w[w$like_count > 5 & w$author_name == "ben", c("video_id", "author_name")]
u
nrow(u[!is.na(u$video_id), ])

w <- subset(v, view_count > 100)
w[w$author_name == "ben", ]$video_id

w <- bind_rows(v, v)
nrow(w[w$author_name == "ben", ])
nrow(w[w$like_count > 5, ])

f <- function(t, least) t[t$like_count > least, ]
nrow(f(v, 5))
f(v[v$view_count > 100, ], 5)$author_name

f <- function(t, who) nrow(t[t$author_name == who, ])
f(v, "ben")
f(v[v$view_count > 100, ], "ben")

popular <- v$view_count > 100
v$video_id[popular & !is.na(popular)]

median(v$like_count[v$view_count > 100 & v$share_count > 0], na.rm = TRUE)

for (r in c("US", "JP")) { own <- v[v$region_code == r & !is.na(v$region_code), ]; print(nrow(own)) }

w <- v[v$region_code == "US" | v$author_name == "ada", ]
w$video_id

head(v[v$like_count > 1, ], 2)$video_id

w <- v[v$like_count > 5, ]
w <- w[order(-w$like_count), ]
w$video_id

w <- v[v$like_count > 5, ]
w |> group_by(author_name) |> summarise(n = n())

w <- v[v$like_count > 5, ]
table(w$author_name)

counts <- table(v$region_code)
counts["US"]
is.na(counts["XX"])

v$flag <- v$like_count > 5
sum(v$flag, na.rm = TRUE)
v[v$flag, ]$video_id

mean(v[v$like_count > 5, "view_count"]$view_count, na.rm = TRUE)

for (r in unique(v$region_code)) print(nrow(v[v$region_code == r, ]))

v[v$create_time > as.POSIXct("2023-11-02", tz = "UTC"), ]$video_id

v[as.Date(v$create_time) == as.Date("2023-11-01"), ]$video_id

v[lengths(v$hashtag_names) > 0, ]$video_id

v <- v |> mutate(y = year(create_time))
nrow(v[v$y == 2023 & nchar(v$author_name) > 3, ])

nrow(v[format(v$create_time, "%H") == "23", ])

v[nchar(v$voice_to_text) > 2, ]$video_id

v[startsWith(v$video_description, "Rain"), ]$video_id

v[tolower(v$author_name) == "ada", ]$video_id

d <- as.Date(v$create_time)
sum(d > as.Date("2023-11-05"))

w <- v[v$like_count > 5, ]
w[!is.na(w$create_time) & w$create_time > as.POSIXct("2023-11-02", tz = "UTC"), ]$video_id

y <- v$view_count
y[is.na(y)] <- 0
sum(y)
sum(is.na(v$view_count))

x <- v$view_count[1:3]
x[2] <- 0L
x

x <- v$view_count
x[x > 100] <- 100L
x

for (k in 1:2) v$share_count[k] <- 99L
v$share_count

v$region_code[is.na(v$region_code)] <- "none"
v$region_code

x <- v$view_count[1:3]
x[1] <- NA
x

s <- v |> count(region_code)
s[s$n > 1, ]$n

s <- v |> group_by(author_name) |> summarise(n = n(), m = mean(view_count))
s[s$n > 1, ]$author_name
s[s$m > 10, ]$author_name

tags <- unlist(v$hashtag_names)
paste(unique(tags), collapse = " ")
tags[tags != "rain"]

j <- full_join(v, tibble(author_name = c("ben", "new")), by = "author_name")
nrow(j[j$video_id == "7300000000000000001", ])

# The tidyverse

v |> filter(view_count > 100) |> pull(video_id)

v |> filter(view_count > 100, region_code == "US") |> nrow()

v |> filter(view_count > 100 | region_code == "US") |> pull(video_id)

v |> filter(!(region_code == "US")) |> pull(video_id)

v |> filter(region_code != "US") |> pull(video_id)

v |> filter(!region_code %in% c("US", "DE")) |> pull(video_id)

v |> filter(!is.na(region_code) & view_count >= 500) |> pull(video_id)

v |> filter(is.na(view_count)) |> nrow()

v |> filter(between(view_count, 20, 500)) |> pull(video_id)

v |> filter(video_description == "") |> nrow()

v |> filter(nchar(video_description) > 5) |> pull(video_id)

v |> filter(str_detect(video_description, "cats")) |> pull(video_id)

v |> filter(grepl("cats", video_description)) |> pull(video_id)

v |> filter(!grepl("cats", video_description)) |> pull(video_id)

v |> filter(!str_detect(video_description, "cats")) |> pull(video_id)

v |> filter(view_count > mean(view_count, na.rm = TRUE)) |> pull(video_id)

v |> filter(view_count == max(view_count, na.rm = TRUE)) |> pull(video_id)

v |> filter(as.Date(create_time) == as.Date("2023-11-01")) |> pull(video_id)

v |> filter(create_time < as.POSIXct("2023-11-02", tz = "UTC")) |> pull(video_id)

v |> mutate(a = like_count * 2, b = a + 1) |> select(a, b)

v |> mutate(ratio = like_count / view_count) |> pull(ratio)

v |> mutate(ratio = like_count / view_count) |> summarise(m = mean(ratio, na.rm = TRUE))

v |> mutate(x = ifelse(view_count > 100, "big", "small")) |> pull(x)

v |> mutate(x = if_else(view_count > 100, 1, 0)) |> pull(x)

v |> mutate(x = ifelse(is.na(region_code), "??", region_code)) |> pull(x)

v |> mutate(x = coalesce(view_count, 0L)) |> pull(x)

v |> mutate(x = replace_na(view_count, 0L)) |> pull(x)

v |> mutate(x = case_when(view_count > 1000 ~ "big", view_count > 100 ~ "mid", TRUE ~ "small")) |> pull(x)

v |> mutate(x = case_when(view_count > 1000 ~ "big", is.na(view_count) ~ "none")) |> pull(x)

v |> mutate(x = case_when(region_code == "US" ~ author_name, TRUE ~ "other")) |> pull(x)

v |> arrange(view_count) |> pull(video_id)

v |> arrange(desc(view_count)) |> pull(video_id)

v |> arrange(-view_count) |> pull(video_id)

v |> arrange(region_code, desc(view_count)) |> pull(video_id)

v |> arrange(author_name) |> pull(author_name)

v |> count(region_code)

v |> count(region_code, sort = TRUE)

v |> count(author_name, region_code)

v |> count(region_code, sort = TRUE, name = "videos")

v |> count(day = as.Date(create_time))

v |> count()

v |> tally()

v |> count(region_code, wt = share_count)

v |> distinct(region_code)

v |> distinct(author_name, region_code)

v |> distinct(region_code, .keep_all = TRUE) |> pull(video_id)

v |> group_by(region_code) |> summarise(n = n(), views = sum(view_count, na.rm = TRUE))

v |> group_by(region_code) |> summarise(m = mean(like_count))

v |> group_by(region_code) |> summarise(m = mean(like_count, na.rm = TRUE))

v |> group_by(author_name) |> summarise(m = mean(like_count, na.rm = TRUE), s = sum(view_count))

v |> group_by(author_name) |> summarise(lo = min(share_count), hi = max(share_count), sd = sd(share_count))

v |> group_by(region_code, author_name) |> summarise(n = n(), .groups = "drop")

v |> group_by(region_code, author_name) |> summarise(n = n()) |> nrow()

v |> group_by(author_name) |> summarise(first = first(video_id), last = last(video_id))

v |> group_by(author_name) |> summarise(a = n_distinct(region_code))

v |> group_by(author_name) |> summarise(big = sum(view_count > 100, na.rm = TRUE))

v |> group_by(author_name) |> summarise(share = mean(share_count > 1))

v |> group_by(author_name) |> summarise(n = n()) |> arrange(desc(n), author_name) |> head(2)

v |> summarise(n = n(), total = sum(share_count), avg = mean(share_count))

v |> summarise(across(c(share_count, comment_count), sum))

v |> summarise(across(c(share_count, comment_count), ~ sum(.x, na.rm = TRUE)))

v |> summarise(across(ends_with("_count"), ~ mean(.x, na.rm = TRUE)))

v |> group_by(author_name) |> summarise(across(c(share_count, view_count), sum))

v |> mutate(across(c(share_count, view_count), ~ .x / 2)) |> select(share_count, view_count)

v |> mutate(across(c(share_count, view_count), log1p)) |> select(share_count, view_count)

v |> slice_max(view_count, n = 2) |> pull(video_id)

v |> slice_max(view_count, n = 1) |> pull(video_id)

v |> slice_max(view_count, n = 1, with_ties = FALSE) |> pull(video_id)

v |> slice_min(view_count, n = 2) |> pull(video_id)

v |> slice_max(share_count, n = 2) |> pull(video_id)

v |> slice(1:3) |> pull(video_id)

v |> slice(2) |> pull(video_id)

v |> slice(c(1, 3)) |> pull(video_id)

v |> slice(-1) |> pull(video_id)

v |> slice_head(n = 2) |> pull(video_id)

v |> slice_tail(n = 2) |> pull(video_id)

v |> head(2) |> pull(author_name)

v |> select(1:2) |> names()

v |> select(ends_with("_count")) |> names()

v |> select(starts_with("v")) |> names()

v |> select(contains("count")) |> names()

v |> select(video_id:view_count) |> names()

v |> select(video_id, everything()) |> names()

v |> select(-video_id, -author_name) |> names()

v |> select(-c(video_id, author_name)) |> names()

v |> select(!video_id) |> names()

v |> select(where(is.numeric)) |> names()

v |> select(id = video_id) |> names()

v |> select(all_of(c("video_id", "view_count"))) |> names()

v |> rename(id = video_id) |> names()

v |> transmute(id = video_id, twice = share_count * 2)

v |> select(video_id, hashtag_names) |> unnest(hashtag_names) |> nrow()

v |> select(video_id, hashtag_names) |> unnest_longer(hashtag_names) |> count(hashtag_names, sort = TRUE)

v |> mutate(n_tags = lengths(hashtag_names)) |> pull(n_tags)

v |> mutate(n_tags = map_int(hashtag_names, length)) |> pull(n_tags)

a <- data.frame(id = c("1", "2", "3"), x = 1:3)
b <- data.frame(id = c("2", "3", "4"), y = c(20, 30, 40))
left_join(a, b, by = "id")

a <- data.frame(id = c("1", "2", "3"), x = 1:3)
b <- data.frame(key = c("2", "3", "3"), y = c(20, 30, 33))
left_join(a, b, by = c("id" = "key"))

a <- data.frame(id = c("1", "2", "3"), x = 1:3)
b <- data.frame(id = c("2", "3", "4"), y = c(20, 30, 40))
inner_join(a, b, by = "id")

a <- data.frame(id = c("1", "2", "3"), x = 1:3)
b <- data.frame(id = c("2", "3", "4"), y = c(20, 30, 40))
full_join(a, b, by = "id")

a <- data.frame(id = c("1", "2", "3"), x = 1:3)
b <- data.frame(id = c("2", "3", "3"), y = c(20, 30, 40))
anti_join(a, b, by = "id")

a <- data.frame(id = c("1", "2", "3"), x = 1:3)
b <- data.frame(id = c("2", "3", "3"), y = c(20, 30, 40))
semi_join(a, b, by = "id")

a <- data.frame(id = c("1", "2", NA), x = 1:3)
b <- data.frame(id = c("2", NA), x = c(20, 30))
left_join(a, b, by = "id")

a <- data.frame(id = c("1", "2"), x = 1:2)
b <- data.frame(id = c("2", "3"), y = 3:4)
bind_rows(a, b)

a <- data.frame(g = c("x", "x", "y"), k = c("p", "q", "p"), n = 1:3)
pivot_wider(a, names_from = k, values_from = n)

a <- data.frame(g = c("x", "x", "y"), k = c("p", "q", "p"), n = 1:3)
pivot_wider(a, names_from = k, values_from = n, values_fill = 0)

a <- data.frame(id = c("x", "y"), p = 1:2, q = 3:4)
pivot_longer(a, cols = c(p, q), names_to = "k", values_to = "n")

a <- data.frame(id = c("x", "y"), p = 1:2, q = 3:4)
pivot_longer(a, -id)

v |> select(video_id, view_count, like_count) |> pivot_longer(ends_with("_count"), names_to = "what", values_to = "n")

v |> drop_na(view_count) |> nrow()

v |> select(video_id, region_code) |> drop_na() |> nrow()

v |> pull(view_count) |> sum(na.rm = TRUE)

v %>% filter(view_count > 100) %>% nrow()

v %>% .$view_count %>% sum(na.rm = TRUE)

v |> nrow() |> paste("videos")

v |> with(mean(share_count))

v |> mutate(month = format(create_time, "%Y-%m")) |> pull(month)

v |> mutate(day = as.Date(create_time)) |> pull(day)

v |> mutate(h = hour(create_time)) |> pull(h)

x <- v |> select(video_id, view_count) |> mutate(day = as.Date("2024-01-01"))
saveRDS(x, "y.rds")
readRDS("y.rds")

all <- list()
for (i in 1:2) all <- c(all, list(v))
nrow(bind_rows(all))

f <- function(df) { df |> filter(view_count > 100) |> nrow() }
f(v)

v |> filter(voice_to_text != "") |> nrow()

v |> filter(!is.na(voice_to_text), voice_to_text != "") |> nrow()

v |> filter(video_id %in% c("7300000000000000001", "x")) |> nrow()

ids <- c("7300000000000000001", "7300000000000000003")
v |> filter(video_id %in% ids) |> pull(author_name)

min_views <- 100
v |> filter(view_count > min_views) |> nrow()

view_count <- 1000
v |> filter(view_count > 100) |> nrow()

v |> filter(.data$view_count > 100) |> nrow()

v |> filter(author_name == "ben" & view_count > 100 | region_code == "DE") |> pull(video_id)

v |> filter(author_name == "ben", !is.na(region_code)) |> summarise(s = sum(share_count))

v |> mutate(a = 1, b = "x", c = TRUE) |> select(a, b, c) |> head(1)

v |> mutate(share_count = share_count * 10, d = share_count + 1) |> pull(d)

v |> mutate(n = row_number()) |> pull(n)

v |> mutate(total = sum(share_count), p = share_count / total) |> pull(p)

v |> mutate(p = round(100 * share_count / sum(share_count), 1)) |> pull(p)

v |> mutate(diff = share_count - mean(share_count)) |> pull(diff)

v |> mutate(cum = cumsum(share_count)) |> pull(cum)

v |> mutate(url = paste0("https://x/@", author_name, "/", video_id)) |> pull(url)

v |> mutate(len = nchar(video_description)) |> pull(len)

v |> mutate(len = str_length(video_description)) |> pull(len)

v |> mutate(low = tolower(author_name)) |> count(low, sort = TRUE)

v |> mutate(big = view_count > 100) |> count(big)

v |> count(big = view_count > 100, sort = TRUE)

v |> count(region_code) |> filter(n > 1)

v |> count(region_code) |> mutate(p = n / sum(n))

v |> count(region_code, sort = TRUE) |> slice_head(n = 1) |> pull(region_code)

v |> filter(!is.na(region_code)) |> count(region_code) |> arrange(desc(n), region_code)

v |> group_by(day = as.Date(create_time)) |> summarise(n = n())

v |> group_by(region_code) |> count()

v |> group_by(region_code) |> tally(sort = TRUE)

v |> group_by(region_code) |> summarise(n = n()) |> mutate(p = n / sum(n)) |> arrange(desc(p), region_code)

v |> group_by(author_name) |> summarise(latest = max(create_time))

v |> group_by(author_name) |> summarise(n = n(), .groups = "drop") |> pull(n)

v |> group_by(region_code, author_name) |> summarise(n = n(), .groups = "drop") |> filter(n > 1)

v |> group_by(author_name, region_code) |> summarise(s = sum(share_count)) |> summarise(t = sum(s))

v |> summarise(first = min(create_time), last = max(create_time))

v |> summarise(n = n_distinct(author_name))

v |> arrange(desc(view_count), author_name) |> head(2) |> pull(author_name)

v |> arrange(desc(create_time)) |> pull(video_id) |> head(1)

v |> arrange(region_code) |> pull(region_code)

v |> arrange(desc(region_code)) |> pull(region_code)

v |> arrange(desc(author_name)) |> pull(author_name)

v |> distinct(author_name) |> nrow()

v |> distinct(video_id, .keep_all = TRUE) |> nrow()

v |> pull(author_name) |> unique() |> length()

v |> pull(view_count) |> mean(na.rm = TRUE) |> round(1)

v |> pull(author_name) |> table() |> sort(decreasing = TRUE) |> head(1)

v %>% mutate(x = view_count) %>% filter(!is.na(x)) %>% summarise(m = mean(x)) %>% pull(m)

v %>% head(2) %>% nrow()

v %>% filter(., view_count > 100) %>% nrow(.)

c(3, 1, 2) %>% sort() %>% rev()

c(1, 4, 9) |> sqrt() |> sum()

v |> select(video_id, author_name) |> head(1)

v |> bind_rows(v) |> distinct(video_id, .keep_all = TRUE) |> nrow()

bind_rows(list(v, v)) |> nrow()

w <- v |> filter(author_name == "cleo") |> mutate(k = c("a", "b"))
w$k

w <- v |> filter(author_name == "cleo") |> mutate(k = 1:2)
w$k

v |> select(author_name, hashtag_names) |> unnest_longer(hashtag_names) |> distinct(author_name, hashtag_names) |> nrow()

v |> mutate(tags = sapply(hashtag_names, function(h) paste(h, collapse = " "))) |> pull(tags)

d <- data.frame(a = c(3, NA, 1))
d |> filter(a != 3) |> nrow()

d <- data.frame(a = c(3, NA, 1), b = c("x", NA, "z"))
d |> filter(b != "x")

d <- data.frame(a = c(3, NA, 1), b = c("x", NA, "z"))
d |> arrange(desc(a)) |> pull(b)

a <- data.frame(id = c("1", "2", "3"), x = 1:3)
b <- data.frame(id = c("2", "3"), y = c(20L, 30L))
left_join(a, b, by = "id") |> filter(y != 20) |> nrow()

a <- data.frame(id = c("1", "2", "3"), x = 1:3)
b <- data.frame(id = c("2", "3"), y = c("p", "q"))
left_join(a, b, by = "id") |> filter(!(y == "p")) |> nrow()

counts <- v |> count(author_name) |> filter(n > 1)
v |> left_join(counts, by = "author_name") |> filter(!(n > 5)) |> nrow()

counts <- v |> count(author_name)
v |> left_join(counts, by = "author_name") |> filter(n == 2) |> nrow()

a <- data.frame(id = c("1", "2"), x = 1:2)
b <- data.frame(id = c("2", "3"), y = 3:4)
bind_rows(a, b) |> filter(x != 1) |> nrow()

a <- data.frame(id = c("1", "2"), x = 1:2)
full_join(a, a, by = "id")

a <- data.frame(g = c("x", "x", "y"), k = c("p", "q", "p"), n = 1:3)
w <- pivot_wider(a, names_from = k, values_from = n)
w |> filter(q != 5) |> nrow()

v |> count(author_name, region_code) |> pivot_wider(names_from = region_code, values_from = n, values_fill = 0) |> nrow()

v |> mutate(level = case_when(share_count >= 5 ~ "high", share_count > 0 ~ "low", TRUE ~ "none")) |> count(level)

v |> mutate(x = case_when(view_count > 1000 ~ share_count, TRUE ~ 0L)) |> pull(x)

v |> mutate(x = case_when(is.na(view_count) ~ 0, view_count > 1000 ~ 1.5, TRUE ~ 2)) |> pull(x)

v |> mutate(x = if_else(share_count > 2, TRUE, FALSE)) |> filter(x) |> nrow()

v |> mutate(x = if_else(condition = share_count > 2, false = "a", true = "b")) |> pull(x)

v |> mutate(x = ifelse(view_count > 100, share_count, comment_count)) |> pull(x)

v |> mutate(across(where(is.numeric), ~ .x * 2)) |> pull(share_count)

v |> mutate(across(c(like_count, view_count), ~ coalesce(.x, 0L))) |> summarise(s = sum(like_count), w = sum(view_count))

v |> summarise(across(c(like_count, view_count), mean, na.rm = TRUE))

v |> group_by(author_name) |> summarise(across(c(share_count, comment_count), ~ sum(.x, na.rm = TRUE)), n = n())

v |> select(video_id, ends_with("count"), -like_count) |> names()

v |> select(1, 3:4) |> names()

v |> select(-starts_with("v")) |> names()

v |> select(!c(video_id, author_name)) |> names()

v |> select(any_of(c("video_id", "nope"))) |> names()

v |> slice_max(share_count, n = 3) |> pull(share_count)

v |> slice_min(share_count, n = 1) |> pull(video_id)

v |> filter(!is.na(view_count)) |> slice_max(view_count) |> pull(video_id)

v |> filter(author_name == "cleo") |> slice(1) |> pull(video_id)

v |> subset(view_count > 100 & region_code == "US") |> nrow()

subset(v, select = -video_id) |> names()

v |> group_by(author_name) |> count(sort = TRUE) |> ungroup() |> head(1) |> pull(n)

long <- v |> select(video_id, view_count, share_count) |> pivot_longer(-video_id, names_to = "what", values_to = "n")
long |> group_by(what) |> summarise(s = sum(n, na.rm = TRUE))

v[v$share_count > 1, ] |> select(video_id, share_count, comment_count) |> pivot_longer(c(share_count, comment_count)) |> pull(value)

v |> arrange(desc(share_count)) |> select(video_id, share_count, comment_count) |> pivot_longer(c(share_count, comment_count)) |> pull(value)

difftime(as.Date("2024-03-01"), as.Date("2024-02-01"), units = "days") |> as.numeric()

v |> mutate(y = year(create_time), m = month(create_time)) |> count(y, m)

v |> transmute(id = video_id, double = share_count * 2, four = double * 2) |> names()

v |> transmute(id = video_id, double = share_count * 2, four = double * 2) |> pull(four)

a <- data.frame(id = c("1", "2"), x = 1:2)
b <- data.frame(id = c("2"), y = 3)
anti_join(a, b, by = "id")$id
semi_join(a, b, by = "id")$id

a <- data.frame(id = c("1", "2", NA), x = 1:3)
b <- data.frame(key = c(NA, "2"), y = 3:4)
anti_join(a, b, by = c("id" = "key"))$x

out <- list()
for (tag in c("a", "b")) { out[[tag]] <- v |> mutate(tag = tag) }
all <- bind_rows(out)
table(all$tag)

out <- lapply(c("US", "JP"), function(r) { w <- v[v$region_code %in% r, ]; w$views <- sum(w$view_count, na.rm = TRUE); w })
bind_rows(out)$views

v[-1, ] |> nrow()

v[-nrow(v), ] |> nrow()

v |> mutate(ratio = like_count / view_count) |> filter(ratio > 0.05) |> nrow()

v |> mutate(ratio = like_count / view_count) |> arrange(desc(ratio)) |> pull(video_id)

v |> mutate(log_views = log10(view_count + 1)) |> pull(log_views) |> round(3)

v %>% group_by(author_name) %>% summarise(videos = n(), .groups = "drop") %>% filter(videos >= 2) %>% pull(author_name)

v %>% mutate(weekday = weekdays(create_time)) %>% count(weekday, sort = TRUE)

v |> mutate(day = as.Date(create_time)) |> group_by(day) |> summarise(n = n(), views = sum(view_count, na.rm = TRUE)) |> arrange(desc(n), day)

res <- list()
for (r in c("US", "JP")) { res[[r]] <- v[which(v$region_code == r), ] }
names(res)
nrow(res$US)
nrow(bind_rows(res))

res <- NULL
for (r in c("US", "JP")) { res <- bind_rows(res, tibble(region = r, n = sum(v$region_code == r, na.rm = TRUE))) }
res

v |> filter(share_count > median(share_count)) |> nrow()

v |> filter(video_id == first(video_id)) |> nrow()

v |> filter(hour(create_time) < 12) |> nrow()

v |> filter(startsWith(author_name, "b")) |> nrow()

v |> filter(author_name %in% c("ben") == FALSE) |> nrow()

v |> filter(!author_name == "ben") |> nrow()

v |> filter(-share_count < -2) |> nrow()

v |> filter(share_count / 2 == 1) |> nrow()

v |> filter(share_count %% 2 == 1) |> nrow()

v |> filter(is.na(region_code) | region_code == "US") |> nrow()

v |> mutate(x = share_count %/% 2) |> pull(x)

v |> mutate(x = as.character(share_count)) |> pull(x)

v |> mutate(x = as.numeric(share_count)) |> pull(x)

v |> mutate(x = as.integer(share_count > 2)) |> pull(x)

v |> mutate(x = paste(author_name, share_count, sep = ":")) |> pull(x)

v |> mutate(x = sqrt(share_count)) |> pull(x) |> round(3)

v |> mutate(x = max(share_count)) |> pull(x)

v |> mutate(x = share_count == max(share_count)) |> pull(x)

v |> mutate(x = n()) |> pull(x)

v |> mutate(x = 1:n()) |> pull(x)

v |> mutate(x = is.na(view_count)) |> summarise(m = sum(x))

v |> mutate(view_count = replace_na(view_count, 0)) |> summarise(s = sum(view_count))

v |> mutate(x = pmin(share_count, 3)) |> pull(x)

v |> mutate(x = substr(author_name, 1, 1)) |> count(x)

v |> mutate(x = nchar(author_name)) |> group_by(x) |> summarise(n = n(), s = sum(share_count))

v |> mutate(region_code = ifelse(is.na(region_code), "unknown", region_code)) |> count(region_code)

v |> group_by(author_name) |> summarise(n = n(), tags = sum(lengths(hashtag_names)))

v |> group_by(author_name) |> summarise(d = max(as.Date(create_time)))

v |> group_by(author_name) |> summarise(first = min(create_time)) |> pull(first)

v |> group_by(author_name) |> summarise(m = max(share_count) - min(share_count))

v |> group_by(author_name) |> summarise(m = round(mean(share_count), 1))

v |> group_by(author_name) |> summarise(m = median(view_count, na.rm = TRUE))

v |> group_by(author_name) |> summarise(n_regions = n_distinct(region_code, na.rm = TRUE))

v |> group_by(author_name) |> summarise(any_us = any(region_code == "US", na.rm = TRUE))

v |> group_by(author_name) |> summarise(v = sum(view_count, na.rm = TRUE), n = n()) |> mutate(per = v / n) |> pull(per)

v |> group_by(author_name) |> summarise(n = n()) |> summarise(m = mean(n))

v |> group_by(author_name) |> summarise(n = n()) |> ungroup() |> nrow()

v |> group_by(author_name, region_code) |> summarise(n = n(), .groups = "drop") |> arrange(desc(n), author_name) |> pull(author_name)

v |> summarise(n = sum(!is.na(view_count)))

v |> summarise(p = mean(is.na(view_count)))

v |> summarise(x = sum(share_count * comment_count, na.rm = TRUE))

v |> summarise(x = sum(share_count[author_name == "ben"]))

v |> count(author_name) |> summarise(m = max(n))

v |> count(author_name, name = "videos") |> filter(videos > 1) |> pull(author_name)

v |> count(author_name) |> left_join(v |> count(region_code), by = c("n" = "n")) |> nrow()

v |> count(author_name, sort = TRUE) |> mutate(rank = row_number()) |> pull(rank)

v |> arrange(author_name, desc(share_count)) |> distinct(author_name, .keep_all = TRUE) |> pull(video_id)

v |> arrange(desc(view_count), desc(share_count)) |> pull(video_id)

v |> arrange(share_count) |> tail(2) |> pull(video_id)

v |> arrange(desc(share_count)) |> mutate(r = row_number()) |> filter(r <= 2) |> pull(video_id)

v |> select(video_id, share_count) |> rename(id = video_id, n = share_count) |> filter(n > 4) |> pull(id)

v |> select(id = video_id, author_name) |> names()

v |> mutate(a = share_count) |> select(-share_count) |> ncol()

v |> inner_join(data.frame(author_name = c("ben", "cleo"), team = c("x", "y")), by = "author_name") |> count(team)

v |> left_join(data.frame(author_name = c("ben"), team = c("x")), by = "author_name") |> count(team)

v |> left_join(data.frame(name = c("ben", "ben"), team = c("x", "y")), by = c("author_name" = "name")) |> nrow()

v |> semi_join(data.frame(author_name = "ben"), by = "author_name") |> nrow()

v |> bind_rows(v) |> count(video_id) |> filter(n > 1) |> nrow()

v |> nrow() |> seq_len() |> sum()

v |> pull(hashtag_names) |> unlist() |> table() |> sort(decreasing = TRUE) |> names() |> head(1)

v |> unnest(hashtag_names) |> nrow()

v |> unnest_longer(hashtag_names) |> filter(hashtag_names == "rain") |> pull(video_id)

v |> mutate(has_rain = map_lgl(hashtag_names, ~ "rain" %in% unlist(.x))) |> filter(has_rain) |> nrow()

v |> mutate(n = map_int(hashtag_names, length)) |> summarise(m = mean(n))

v |> mutate(first = sapply(hashtag_names, function(h) if (length(h) > 0) h[[1]] else NA)) |> pull(first)

x <- c(JP = "Japan", US = "United States")
v |> mutate(country = x[region_code]) |> filter(country != "Japan") |> nrow()

v |> left_join(data.frame(author_name = "ben", team = "x"), by = "author_name") |> filter(team != "y") |> nrow()

v |> mutate(x = case_when(view_count > 1000 ~ "big", TRUE ~ NA_character_)) |> pull(x)

v |> mutate(x = case_when(is.na(region_code) ~ NA_character_, TRUE ~ "known")) |> filter(x == "known") |> nrow()

v |> mutate(x = coalesce(view_count, share_count)) |> pull(x)

v |> mutate(x = ifelse(share_count > 2, NA, share_count)) |> pull(x)

v |> mutate(x = if_else(share_count > 2, "a", NA_character_)) |> filter(x != "b") |> nrow()

v |> mutate(x = ifelse(share_count > 2, "a", "b")) |> filter(x != "b") |> nrow()

v |> mutate(x = ifelse(view_count > 100, "a", "b")) |> filter(x != "b") |> nrow()

v |> mutate(x = ifelse(view_count > 100, 1, 0)) |> filter(x != 1) |> nrow()

v |> mutate(x = ifelse(view_count > 100, TRUE, FALSE)) |> filter(!x) |> nrow()

v |> mutate(d = as.Date(create_time)) |> filter(d > as.Date("2023-11-02") & !is.na(d)) |> nrow()

v |> unnest_longer(hashtag_names) |> filter(hashtag_names != "rain") |> nrow()

v |> mutate(x = lengths(hashtag_names)) |> filter(x != 0) |> nrow()

v |> mutate(x = nchar(voice_to_text)) |> filter(x != 0) |> nrow()

v |> mutate(x = paste0(region_code, "_", author_name)) |> count(x) |> nrow()

v |> mutate(x = format(create_time, "%H")) |> filter(x != "00") |> nrow()

v |> group_by(author_name) |> summarise(s = sd(share_count)) |> filter(s != 5) |> nrow()

v |> group_by(region_code) |> summarise(m = mean(like_count)) |> filter(m != 10) |> nrow()

v |> group_by(region_code) |> summarise(m = max(view_count)) |> filter(!(m > 1000)) |> nrow()

v |> count(region_code) |> filter(region_code != "US") |> nrow()

v |> distinct(region_code) |> filter(region_code != "US") |> nrow()

v |> select(video_id, view_count, like_count) |> pivot_longer(-video_id) |> filter(value != 0) |> nrow()

v |> count(author_name, region_code) |> pivot_wider(names_from = region_code, values_from = n) |> filter(US != 9) |> nrow()

v |> mutate(x = ifelse(view_count > 100, 1, 0)) |> filter(x != 0) |> nrow()

v |> mutate(x = ifelse(is.na(region_code), "none", "some")) |> filter(x != "some") |> nrow()

v |> group_by(author_name) |> mutate(m = mean(share_count)) |> pull(m)

v |> group_by(region_code) |> mutate(m = mean(like_count)) |> pull(m)

v |> group_by(region_code) |> mutate(m = mean(like_count, na.rm = TRUE)) |> pull(m)

v |> group_by(author_name) |> mutate(n = n()) |> ungroup() |> select(video_id, n)

v |> group_by(region_code, author_name) |> mutate(n = n(), place = row_number()) |> ungroup() |> select(n, place)

v |> group_by(author_name) |> mutate(p = share_count / sum(share_count)) |> pull(p)

v |> group_by(region_code) |> mutate(z = (share_count - mean(share_count)) / max(share_count)) |> pull(z)

v |> group_by(author_name) |> mutate(s = sd(share_count)) |> pull(s)

v |> group_by(author_name) |> mutate(first = view_count[1], best = max(view_count)) |> ungroup() |> select(first, best)

v |> group_by(author_name) |> mutate(m = median(view_count, na.rm = TRUE)) |> pull(m)

v |> group_by(region_code) |> mutate(k = n_distinct(author_name), any_big = any(view_count > 100, na.rm = TRUE)) |> ungroup() |> select(k, any_big)

v |> group_by(region_code) |> mutate(big = if_else(share_count == max(share_count), "top", "rest")) |> pull(big)

v |> group_by(author_name) |> mutate(big = ifelse(view_count > mean(view_count), 1, 0)) |> pull(big)

v |> group_by(author_name) |> mutate(across(c(share_count, comment_count), ~ .x / sum(.x, na.rm = TRUE))) |> ungroup() |> select(share_count, comment_count)

v |> group_by(author_name) |> mutate(x = nchar(author_name), y = round(mean(share_count), 1)) |> ungroup() |> select(x, y)

v |> group_by(author_name) |> mutate(latest = max(create_time)) |> filter(create_time == latest) |> pull(video_id)

v |> group_by(author_name) |> mutate(n = n()) |> summarise(n2 = max(n)) |> pull(n2)

v |> group_by(author_name) |> mutate(n = n()) |> ungroup() |> mutate(k = n()) |> pull(k)

v |> group_by(author_name) |> filter(n() > 1) |> pull(video_id)

v |> group_by(region_code) |> filter(n() > 1, share_count > 1) |> pull(video_id)

v |> group_by(region_code) |> filter(share_count == max(share_count)) |> ungroup() |> pull(video_id)

v |> group_by(author_name) |> filter(view_count == max(view_count, na.rm = TRUE)) |> pull(video_id)

v |> group_by(author_name) |> filter(row_number() == 1) |> pull(video_id)

v |> group_by(author_name) |> filter(!is.na(view_count)) |> summarise(n = n())

v |> group_by(author_name) |> slice_max(share_count, n = 1) |> ungroup() |> pull(video_id)

v |> group_by(region_code) |> slice_max(share_count) |> pull(video_id)

v |> group_by(author_name) |> slice_max(view_count, n = 1, with_ties = FALSE) |> pull(video_id)

v |> group_by(region_code) |> slice_min(share_count, n = 1) |> select(region_code, video_id)

v |> group_by(author_name) |> slice_head(n = 1) |> pull(video_id)

v |> group_by(region_code) |> slice_tail(n = 1) |> pull(video_id)

v |> group_by(region_code, author_name) |> slice_head(n = 1) |> nrow()

v |> group_by(author_name) |> arrange(desc(share_count)) |> slice_head(n = 1) |> ungroup() |> pull(video_id)

v |> arrange(desc(share_count)) |> group_by(author_name) |> mutate(place = row_number()) |> filter(place <= 1) |> pull(video_id)

v |> group_by(author_name) |> arrange(share_count) |> pull(video_id)

v |> group_by(day = as.Date(create_time)) |> mutate(n = n()) |> pull(n)

v |> count(author_name, region_code) |> group_by(author_name) |> mutate(p = n / sum(n)) |> ungroup() |> pull(p)

v |> group_by(author_name) |> mutate(m = mean(view_count)) |> ungroup() |> filter(m > 10) |> nrow()

v |> group_by(author_name) |> select(video_id, share_count) |> filter(n() > 1)

v |> group_by(author_name) |> select(author_name, share_count) |> slice_max(share_count, n = 1)

# Columns that variables name

cols <- c("video_id", "like_count")
v |> select(all_of(cols)) |> names()

cols <- c("video_id", "like_count")
v |> select(-all_of(cols)) |> names()

cols <- c("video_id", "like_count")
v |> select(region_code, all_of(cols)) |> names()

cols <- c("video_id", "nope", "like_count")
v |> select(any_of(cols)) |> names()

cols <- c("share_count", "comment_count")
v |> summarise(across(all_of(cols), n_distinct))

cols <- c("video_id", "like_count")
names(v[, cols])

cols <- c("video_id", "like_count")
names(v[cols])

one <- "video_id"
names(v[, one])

one <- "share_count"
v[[one]]

more <- c("video_id", "like_count")
cols <- c(more, "region_code")
v |> select(all_of(cols)) |> names()

cols <- c("video_id", "like_count")
cols[2] <- "region_code"
v[cols] |> names()

cols <- c("video_id", "like_count")
for (i in 1:2) cols <- c(cols, "region_code")
length(cols)

pick_columns <- function(data, cols) data[, cols]
names(pick_columns(v, c("video_id", "like_count")))

v |> select(last_col()) |> names()

v |> group_by(across(all_of("region_code"))) |> summarise(n = n())

by <- c("region_code", "author_name")
v |> group_by(across(all_of(by))) |> summarise(n = n(), .groups = "drop")

v |> arrange(.data[["share_count"]]) |> pull(video_id)

one <- "share_count"
v |> arrange(desc(.data[[one]])) |> pull(video_id)

grp <- "region_code"
v |> group_by(.data[[grp]]) |> summarise(n = n())

grp <- "region_code"
v |> count(!!sym(grp))

grp <- "region_code"
v |> filter(.data[[grp]] == "US") |> pull(video_id)

grp <- "region_code"
v |> filter(!!sym(grp) == "US") |> pull(video_id)

grp <- "region_code"
v |> filter(!!sym(grp) %in% c("US", "DE"), share_count > 1) |> pull(video_id)

least <- 4
v |> filter(share_count > !!least) |> pull(video_id)

region_code <- "JP"
v |> filter(region_code == !!region_code) |> pull(video_id)

region_code <- "JP"
v |> filter(region_code == .env$region_code) |> pull(video_id)

one <- "share_count"
v |> mutate(twice = .data[[one]] * 2) |> pull(twice)

one <- "share_count"
v |> summarise(s = sum(.data[[one]]), m = mean(!!sym(one)))

v |> rename(id = all_of("video_id")) |> names()

one <- "video_id"
v |> rename(id = all_of(one)) |> names()

one <- "share_count"
v |> pull(all_of(one))

start <- "share"
v |> select(starts_with(start)) |> names()

v |> group_by(author_name) |> summarise(across(ends_with("_count"), ~ sum(.x, na.rm = TRUE)))

v |> select(author_name, share_count, view_count) |> group_by(author_name) |> summarise(across(everything(), n_distinct))

v |> distinct(across(c(author_name, region_code))) |> nrow()

more_than <- function(tab, least) {
  tab |> filter(.data$share_count > .env$least) |> pull(video_id)
}
more_than(v, 4)

per <- function(tab, name) tab |> filter(.data[[name]] > 4) |> pull(video_id)
per(v, "share_count")

keep_only <- function(data, cols) data |> select(all_of(cols))
names(keep_only(v, c("video_id", "like_count")))

leave_out <- function(data, cols) data |> select(-all_of(cols))
names(leave_out(v, c("video_id", "like_count")))

cols <- names(v)[2:3]
v |> select(all_of(cols)) |> names()

# Lists in columns

v |> filter(sapply(hashtag_names, function(h) "rain" %in% h)) |> pull(video_id)

v |> filter(map_lgl(hashtag_names, ~ "rain" %in% .x), share_count > 1) |> pull(video_id)

v[sapply(v$hashtag_names, function(h) "rain" %in% h), ]$video_id

v |> mutate(tags = map_chr(hashtag_names, ~ paste(.x, collapse = " "))) |> pull(tags)

vapply(v$hashtag_names, function(h) toString(unlist(h)), character(1))

vapply(v$hashtag_names, length, integer(1))

toString(c("a", "b"))

toString(1:3)

x <- rep(c("a", "b"), 2)
unname(sapply(x, nchar))

x <- rep(c("a", "b"), each = 2)
length(sapply(x, nchar))

unlist(v$author_name)

Sys.getenv("TRAKTOK_THAT_NOBODY_SETS")

Sys.getenv("TRAKTOK_THAT_NOBODY_SETS", unset = "none")

# Rows split by groups, in base R

tapply(v$share_count, v$author_name, sum)

tapply(v$view_count, v$author_name, mean, na.rm = TRUE)

tapply(v$view_count, v$author_name, max)

tapply(v$view_count, v$region_code, length)

sort(tapply(v$share_count, v$author_name, sum), decreasing = TRUE)

aggregate(share_count ~ author_name, data = v, FUN = sum)

aggregate(view_count ~ author_name, data = v, FUN = mean)

aggregate(view_count ~ region_code, v, length)

aggregate(view_count ~ region_code + author_name, data = v, FUN = max)

aggregate(cbind(like_count, view_count) ~ author_name, data = v, FUN = sum)

by_author <- split(v, v$author_name)
sapply(by_author, nrow)

by_region <- split(v, v$region_code)
sapply(by_region, function(d) sum(d$share_count))

names(split(v, v$region_code))

lapply(split(v, v$author_name), function(d) max(d$share_count))

users <- tibble(author_name = c("cleo", "ben", "zoe"), size = c(3L, 5L, 7L))
merge(v[, c("video_id", "author_name")], users, by = "author_name")

users <- tibble(author_name = c("cleo", "ben", "zoe"), size = c(3L, 5L, 7L))
merge(v[, c("author_name", "video_id")], users, by = "author_name", all.x = TRUE)

users <- tibble(author_name = c("cleo", "ben", "zoe"), size = c(3L, 5L, 7L))
nrow(merge(v, users, by = "author_name", all = TRUE))

v |> mutate(before = lag(share_count)) |> pull(before)

v |> mutate(change = share_count - lag(share_count, 2), then = lead(author_name)) |> select(change, then)

diff(v$share_count)

diff(c(1, 4, 9))

cor(v$share_count, v$comment_count, use = "complete.obs")

floor(v$share_count / 2)

ceiling(v$share_count / 2)

v |> mutate(day = floor_date(create_time, "day")) |> pull(day)

v |> mutate(at = floor_date(create_time, "hour")) |> pull(at)
