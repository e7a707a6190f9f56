# make_inequality_errors.R DIRECTORY: errors of concentration indices and of the parts of generalised entropies, from
# nothing but the definitions of the estimates.
#
# Writes inequality_errors_input.csv, 300 made-up pupils of five classes of income, and inequality_errors.csv:
#
#   se         by rows: sqrt(n/(n-1) sum (w_i dT/dw_i)^2), the infinitesimal jackknife, with the derivatives by a complex
#              step (exact to the last digits); by groups: sqrt(sum (s_j dT/dy_j)^2).
#   se_groups  by rows, from the means, errors and sizes of the classes alone: the same with n_j/(n_j-1) for what lies
#              within a class.
#   bootstrap  by rows: standard deviation of 100,000 samples with replacement, times sqrt(n/(n-1)); by groups: of 100,000
#              draws of the estimates from their errors.
#
# Ran in R 4.2.2.  No package is needed.
directory <- commandArgs(TRUE)[1]
set.seed(20261129)
draws <- 100000
n <- 300
class <- sample(1:5, n, TRUE, c(.15, .25, .2, .25, .15))
income <- round(exp(class / 2 + rnorm(n, 0, .4)), 1)
weight <- sample(1:4, n, TRUE) / 2
passed <- as.numeric(runif(n) < plogis(-.6 + .45 * class))
score <- round(pmin(pmax(2 + class + rnorm(n, 0, 1.5), .3), 10), 2)
pupils <- data.frame(id = 1:n, class, income, weight, passed, score)
write.csv(pupils, file.path(directory, "inequality_errors_input.csv"), row.names = FALSE, quote = FALSE)

# ---- Estimates from weights, one set a row of w ---------------------------
# p: shares; sums over the rows that share a rank, then what lies below them.
concentration <- function(w, y, rank, lower, upper) {
  p <- w / rowSums(w)
  ranks <- sort(unique(rank))
  same <- outer(rank, ranks, "==") * 1
  mass <- p %*% same
  below <- mass %*% (upper.tri(diag(length(ranks))) * 1)
  r <- (below + mass / 2) %*% t(same)
  mu <- (rowSums(p * rep(y, each = nrow(p))))
  a <- 2 * rowSums(p * rep(y, each = nrow(p)) * (r - 1 / 2))
  m <- (mu - lower) / (upper - lower)
  b <- a / (upper - lower)
  cbind(absolute_concentration_index = a, relative_concentration_index = a / mu, bounded_concentration_index = b / m,
        erreygers_index = 4 * b, wagstaff_index = b / (m * (1 - m)))
}
entropy <- function(w, x, class, alpha) {
  p <- w / rowSums(w)
  of <- function(mean_power, mean_log, mean_xlog, mean)
    if (alpha == 1) mean_xlog / mean - log(mean) else if (alpha == 0) log(mean) - mean_log else
      (mean_power / mean^alpha - 1) / (alpha * (alpha - 1))
  same <- outer(class, sort(unique(class)), "==") * 1
  share <- p %*% same
  m <- p %*% (same * x) / share
  mu <- rowSums(p * rep(x, each = nrow(p)))
  mean_of <- function(v) rowSums(p * rep(v, each = nrow(p)))
  total <- of(mean_of(x^alpha), mean_of(log(x)), mean_of(x * log(x)), mu)
  between <- of(rowSums(share * m^alpha), rowSums(share * log(m)), rowSums(share * m * log(m)), mu)
  cbind(total = total, between = between, within = total - between, share_between = between / total)
}

# ---- Errors ---------------------------------------------------------------
# w_i dT/dw_i, one column a measure
influence <- function(statistic, w) {
  h <- 1e-30
  steps <- matrix(w + 0i, length(w), length(w), byrow = TRUE)
  diag(steps) <- diag(steps) + h * 1i
  Im(statistic(steps)) / h * w
}
by_rows <- function(statistic, w, class) {
  z <- influence(statistic, w)
  size <- table(class)[as.character(class)]
  centre <- apply(z, 2, function(v) ave(v, class))
  within <- colSums((z - centre)^2 * as.numeric(size / (size - 1)))
  boot <- NULL
  for (chunk in 1:(draws / 1000))
    boot <- rbind(boot, statistic(t(rmultinom(1000, n, rep(1, n))) * rep(w, each = 1000)))
  estimate <- statistic(matrix(w, 1))
  data.frame(measure = colnames(z), estimate = as.numeric(estimate), se = sqrt(n / (n - 1) * colSums(z^2)),
             se_groups = sqrt(within + n / (n - 1) * colSums(centre^2)), bootstrap = sqrt(n / (n - 1)) * apply(boot, 2, sd))
}
rows <- list()
put <- function(errors, input, weighted, parameter, table)
  rows[[length(rows) + 1]] <<- cbind(errors = errors, input = input, weighted = weighted, parameter = parameter, table)

for (weighted in 0:1) {
  w <- if (weighted) weight else rep(1, n)
  put("rows", "passed by income", weighted, "0..1", by_rows(function(v) concentration(v, passed, income, 0, 1), w, class))
  put("rows", "score by income", weighted, "0..10", by_rows(function(v) concentration(v, score, income, 0, 10), w, class))
  put("rows", "score by class", weighted, "0..10", by_rows(function(v) concentration(v, score, class, 0, 10), w, class))
  put("rows", "score by class", weighted, "-2..12", by_rows(function(v) concentration(v, score, class, -2, 12), w, class))
  for (alpha in c(-1, 0, .5, 1, 2, 3))
    put("rows", "score within class", weighted, alpha, by_rows(function(v) entropy(v, score, class, alpha), w, class))
}

# ---- Five groups with errors of their own, of known shares ----------------
groups <- data.frame(estimate = c(.68, .797, .883, .953, .97), se = c(.016, .014, .011, .007, .006), population = c(900, 880, 870, 860, 850))
for (bounds in list(c(0, 1), c(.5, 1.25))) {
  statistic <- function(y) {
    p <- groups$population / sum(groups$population)
    r <- cumsum(p) - p / 2
    mu <- drop(y %*% p)
    a <- 2 * drop(y %*% (p * (r - 1 / 2)))
    m <- (mu - bounds[1]) / (bounds[2] - bounds[1])
    b <- a / (bounds[2] - bounds[1])
    cbind(absolute_concentration_index = a, relative_concentration_index = a / mu, bounded_concentration_index = b / m,
          erreygers_index = 4 * b, wagstaff_index = b / (m * (1 - m)))
  }
  steps <- matrix(groups$estimate + 0i, 5, 5, byrow = TRUE)
  diag(steps) <- diag(steps) + 1e-30i
  gradient <- Im(statistic(steps)) / 1e-30
  drawn <- statistic(matrix(rnorm(5 * draws, rep(groups$estimate, each = draws), rep(groups$se, each = draws)), draws))
  put("groups", "five groups", 0, paste(bounds, collapse = ".."),
      data.frame(measure = colnames(gradient), estimate = as.numeric(statistic(matrix(groups$estimate, 1))),
                 se = sqrt(colSums((gradient * groups$se)^2)), se_groups = NA, bootstrap = apply(drawn, 2, sd)))
}
table <- do.call(rbind, rows)
for (column in c("estimate", "se", "se_groups", "bootstrap"))
  table[[column]] <- ifelse(is.na(table[[column]]), "", formatC(table[[column]], digits = 17, format = "g", flag = "-"))
write.csv(table, file.path(directory, "inequality_errors.csv"), row.names = FALSE, quote = FALSE)
