# Writes distribution_measures.csv: expected values for test/unit/test_rank_measures.c,
# test_quantile_gap.c, test_shares.c and test_entropy.c, by R 4.2 without any package.
#
#   Rscript make_distribution_measures_values.R > distribution_measures.csv
#
# Columns: measure, sample, parameter, confidence, estimate, std_error, lower, upper.
#   mann_whitney  wilcox.test(exact = FALSE, correct = TRUE) of the scores of inner and outer pupils over the
#                 parameter, rounded down: the larger it is, the more ties; "first": the twelve lowest of either.
#                 The p value is the estimate.
#   quantile      quantile() of type 7; the limits are those of type 6 at u, where pbeta() of p with the
#                 shapes (n + 1) u and (n + 1) (1 - u) is 1 - tail and tail (Hutson 1999), by uniroot().
#   share, entropy, atkinson  from their definitions; std_error from the numerical derivative of the whole measure by
#                 the weight of each row, which is its influence.

scores <- read.csv("oracle/edu_scores_input.csv")
spending <- read.csv("oracle/edu_spending_input.csv")
out <- function(measure, sample, parameter, confidence, estimate, se = NA, lower = NA, upper = NA)
    cat(c(measure, sample, parameter, confidence,
          sapply(c(estimate, se, lower, upper), format, digits = 17, trim = TRUE)), sep = c(rep(",", 7), "\n"))
cat("measure,sample,parameter,confidence,estimate,std_error,lower,upper\n")

inner <- sort(scores[scores[[2]] == "inner", 3])
outer <- sort(scores[scores[[2]] == "outer", 3])
for (unit in c(0.001, 1, 5, 1000))
    for (which in c("all", "first")) {
        a <- floor((if (which == "all") inner else head(inner, 12)) / unit)
        b <- floor((if (which == "all") outer else head(outer, 12)) / unit)
        out("mann_whitney", which, unit, NA, suppressWarnings(wilcox.test(a, b, exact = FALSE, correct = TRUE)$p.value))
    }

limit <- function(x, p, wanted) {
    n <- length(x)
    f <- function(u) pbeta(p, (n + 1) * u, (n + 1) * (1 - u)) - wanted
    ends <- c(1, n) / (n + 1)
    if (f(ends[1]) < 0 || f(ends[2]) > 0) return(NA)
    quantile(x, uniroot(f, ends, tol = 1e-15)$root, type = 6, names = FALSE)
}
for (zone in c("inner", "outer"))
    for (p in c(0.03, 0.1, 0.25, 0.5, 0.75, 0.9))
        for (confidence in c(0.8, 0.95, 0.99)) {
            x <- if (zone == "inner") inner else outer
            tail <- (1 - confidence) / 2
            out("quantile", zone, p, confidence, quantile(x, p, type = 7, names = FALSE), NA,
                limit(x, p, 1 - tail), limit(x, p, tail))
        }

# The Lorenz curve of values in order with weights, straight between its points.
lorenz <- function(x, w, p) approx(c(0, cumsum(w) / sum(w)), c(0, cumsum(w * x) / sum(w * x)), p)$y
entropy <- function(x, w, a) {
    p <- w / sum(w); r <- x / sum(p * x)
    if (a == 0) -sum(p * log(r)) else if (a == 1) sum(p * r * log(r)) else (sum(p * r^a) - 1) / (a * (a - 1))
}
atkinson <- function(x, w, e) {
    p <- w / sum(w); r <- x / sum(p * x)
    1 - if (e == 1) exp(sum(p * log(r))) else sum(p * r^(1 - e))^(1 / (1 - e))
}
error <- function(x, w, f) {
    n <- length(x); p <- w / sum(w); h <- 1e-5
    z <- sapply(1:n, function(i) {
        up <- (1 - h) * p; up[i] <- up[i] + h
        down <- (1 + h) * p; down[i] <- down[i] - h
        (f(x, up) - f(x, down)) / (2 * h)
    })
    sqrt(n / (n - 1) * sum(p^2 * z^2))
}
shares <- list(
    quintile_share_1 = function(x, w) lorenz(x, w, 0.2),
    quintile_share_2 = function(x, w) lorenz(x, w, 0.4) - lorenz(x, w, 0.2),
    quintile_share_3 = function(x, w) lorenz(x, w, 0.6) - lorenz(x, w, 0.4),
    quintile_share_4 = function(x, w) lorenz(x, w, 0.8) - lorenz(x, w, 0.6),
    quintile_share_5 = function(x, w) 1 - lorenz(x, w, 0.8),
    quintile_share_ratio = function(x, w) (1 - lorenz(x, w, 0.8)) / lorenz(x, w, 0.2),
    palma_ratio = function(x, w) (1 - lorenz(x, w, 0.9)) / lorenz(x, w, 0.4))
rank <- order(spending[[3]], spending[[4]])
x <- spending[[3]][rank]
for (weighted in c("plain", "weighted")) {
    w <- if (weighted == "plain") rep(1, length(x)) else spending[[4]][rank]
    for (m in names(shares)) out(m, weighted, NA, NA, shares[[m]](x, w), error(x, w, shares[[m]]))
    for (a in c(-3.5, -1, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.5, 2, 4))
        out("entropy", weighted, a, NA, entropy(x, w, a), error(x, w, function(x, w) entropy(x, w, a)))
    for (e in c(0.1, 0.5, 0.9, 1, 1.25, 2, 5))
        out("atkinson", weighted, e, NA, atkinson(x, w, e), error(x, w, function(x, w) atkinson(x, w, e)))
}
