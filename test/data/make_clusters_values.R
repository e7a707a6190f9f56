# Rows in clusters and strata, and what R says of the errors of their means: clusters_rows.csv and
# clusters_values.csv, for test/unit/test_clusters.c and test/pgtap/gap_clusters.sql.
#
#   Rscript make_clusters_values.R
#
# Debian's r-cran-clubsandwich, r-cran-estimatr and r-cran-survey.  The rows are synthetic, of a generator
# written here, so that every R draws the same.  cell: 0 the reference group, 1 the comparison group; in the
# case "change" 0 and 1 now, 2 and 3 then.
#
# values: case, error, figure, tool, std_error, df, estimate, its limits at 0.95 and p value.  cr2 is estimatr's
# lm_robust(se_type = "CR2") for the difference and clubSandwich's vcovCR for the rest; survey is svyglm,
# svycontrast, and degf - 1.  pairs is cohens_dz, its limits by R's noncentral t.
suppressPackageStartupMessages({ library(clubSandwich); library(estimatr); library(survey) })
options(digits = 17, survey.lonely.psu = "fail")

state <- 20230531
draw <- function(n) {   # Park and Miller's generator
  out <- numeric(n)
  for (i in seq_len(n)) { state <<- (state * 48271) %% 2147483647; out[i] <- state / 2147483647 }
  out
}
normal <- function(n) qnorm(draw(n))

rows <- NULL
add <- function(case, d) {
  if (is.null(d$w)) d$w <- 1
  if (is.null(d$stratum)) d$stratum <- 0
  rows <<- rbind(rows, data.frame(case = case, d[, c("stratum", "cluster", "cell", "y", "w")]))
}
clustered <- function(sizes, cell, offset = 5) {
  cluster <- rep(seq_along(sizes), sizes)
  effect <- normal(length(sizes))
  data.frame(cluster = cluster, cell = cell(cluster), y = round(offset + effect[cluster] + 0.7 * normal(length(cluster)), 6))
}

nested <- clustered(c(3, 8, 1, 12, 5, 5, 9, 2, 4, 7, 6, 15), function(c) as.integer(c > 5))
add("nested", nested)
spanning <- clustered(c(6, 2, 9, 4, 11, 3, 8), function(c) as.integer(draw(length(c)) < 0.4))
add("spanning", spanning)
add("far", transform(spanning, y = y + 1e6))
nested$w <- round(0.2 + 3 * draw(nrow(nested)), 3)
add("nested weighted", nested)
spanning$w <- round(0.2 + 3 * draw(nrow(spanning)), 3)
add("spanning weighted", spanning)
add("constant within clusters", transform(nested, w = 0.5 + cluster %% 4))
pairs <- data.frame(cluster = rep(1:4, each = 2), cell = rep(0:1, 4), y = c(101, 100, 202, 200, 303, 300, 404, 400))
add("twins", pairs)
add("twins and a single", rbind(pairs, data.frame(cluster = 5, cell = 1, y = 250)))
add("single rows", transform(spanning[, c("cell", "y", "w")], cluster = seq_len(nrow(spanning))))
add("two and three", clustered(c(4, 6, 3, 5, 9), function(c) as.integer(c > 2)))
strata <- clustered(c(4, 3, 6, 2, 5, 5, 7, 3, 4, 2, 6), function(c) as.integer(draw(length(c)) < 0.5))
strata$stratum <- c(0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2)[strata$cluster]
add("strata", strata)
strata$w <- round(0.2 + 3 * draw(nrow(strata)), 3)
add("strata weighted", strata)
# cell -1: rows outside the domain, which count in the design alone
domain <- transform(strata, cell = ifelse(draw(nrow(strata)) < 0.3 | cluster %in% c(2, 8), -1, cell))
add("domain", domain)
panel <- do.call(rbind, lapply(0:3, function(k) data.frame(cluster = 1:20, cell = k)))
panel <- panel[(panel$cluster > 11) == (panel$cell %% 2 == 1) | panel$cluster %in% c(3, 15), ]
panel <- panel[draw(nrow(panel)) < 0.85, ]
panel$y <- round(5 + normal(20)[panel$cluster] + 0.4 * normal(nrow(panel)) + 0.3 * panel$cell, 6)
add("change", panel)
panel$w <- round(0.2 + 3 * draw(nrow(panel)), 3)
add("change weighted", panel)

values <- NULL
number <- function(x) sprintf("%.17g", x)
say <- function(case, error, figure, tool, estimate, std_error, df,
                limits = estimate + c(-1, 1) * qt(0.975, df) * std_error,
                p_value = 2 * pt(-abs(estimate / std_error), df))
  values <<- rbind(values, data.frame(case, error, figure, tool, std_error = number(std_error), df = number(df),
    estimate = number(estimate), ci_lower = number(limits[1]), ci_upper = number(limits[2]), p_value = number(p_value)))

for (case in unique(rows$case)) {
  all <- rows[rows$case == case, ]
  d <- all[all$cell >= 0, ]
  d$cell <- factor(d$cell)
  fit <- lm(y ~ 0 + cell, data = d, weights = w)
  linear <- function(figure, a) {
    # coordinates in which the combination is a coefficient of its own
    turned <- rbind(a, diag(length(a))[-1, , drop = FALSE])
    x <- model.matrix(fit) %*% solve(turned)
    colnames(x) <- seq_len(ncol(x))
    again <- lm(d$y ~ 0 + x, weights = d$w)
    out <- coef_test(again, vcov = "CR2", cluster = d$cluster, test = "Satterthwaite")
    say(case, "cr2", figure, "clubSandwich", if (figure == "log_ratio") log(m[[1]] / m[[2]]) else coef(again)[[1]],
        out$SE[1], if (is.null(out$df_Satt)) out$df[1] else out$df_Satt[1])
  }
  m <- coef(fit)
  if (length(m) == 4) {
    linear("change", c(1, -1, -1, 1))
    next
  }
  robust <- lm_robust(y ~ cell, data = d, weights = w, clusters = cluster, se_type = "CR2")
  # estimatr's coefficient is comparison less reference
  say(case, "cr2", "difference", "estimatr", -robust$coefficients[[2]], robust$std.error[[2]], robust$df[[2]],
      -c(robust$conf.high[[2]], robust$conf.low[[2]]), robust$p.value[[2]])
  linear("difference", c(1, -1))
  linear("log_ratio", c(1 / m[[1]], -1 / m[[2]]))
  all$cell2 <- factor(all$cell)
  design <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~w, data = all)
  df <- degf(design) - 1
  part <- subset(design, cell >= 0)
  model <- svyglm(y ~ cell2, design = part)
  say(case, "survey", "difference", "svyglm", -coef(model)[[2]], SE(model)[[2]], df)
  means <- svyby(~y, ~cell2, part, svymean, covmat = TRUE)
  ratio <- svycontrast(means, quote(log(`0` / `1`)))
  say(case, "survey", "log_ratio", "svycontrast", coef(ratio)[[1]], SE(ratio)[[1]], df)
}
differences <- pairs$y[pairs$cell == 0] - pairs$y[pairs$cell == 1]
n <- length(differences)
d <- mean(differences) / sd(differences)
ncp <- function(p) uniroot(function(ncp) pt(d * sqrt(n), n - 1, ncp) - p, c(-1, 15), tol = 1e-12)$root
test <- t.test(differences)
say("twins", "pairs", "difference", "t.test", test$estimate[[1]], test$stderr[[1]], test$parameter[[1]], test$conf.int,
    test$p.value)
say("twins", "pairs", "cohens_dz", "pt", d, sqrt(1 / n + d^2 / (2 * n)), n - 1, c(ncp(0.975), ncp(0.025)) / sqrt(n),
    test$p.value)
write.csv(rows, "clusters_rows.csv", row.names = FALSE, quote = FALSE)
write.csv(values, "clusters_values.csv", row.names = FALSE, quote = FALSE)
