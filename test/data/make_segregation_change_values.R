# What changes of M are made of, by loglin() of R: writes segregation_change_input.csv and segregation_change.csv.
#
#   Rscript test/data/make_segregation_change_values.R test/data
#
# A table with the odds ratios of one and the margins of another is the fit of loglin() to the two margins, started
# from the first.  Cells that are empty in one period only start from 1e-10, as the page says.  The averages over the
# orders of the three changes are written out from their definition (Elbers 2023, "shapley" of the package segregation).
#
# Made with R 4.2.2.
dir <- commandArgs(TRUE)[1]
set.seed(2005)

M <- function(t) {
    p <- t / sum(t)
    sum(ifelse(p > 0, p * log(p / outer(rowSums(p), colSums(p))), 0))
}

fit <- function(structure, units, groups) {
    target <- outer(rowSums(units) / sum(units), colSums(groups) / sum(groups))
    loglin(target, list(1, 2), start = structure, fit = TRUE, eps = 1e-13, iter = 100000, print = FALSE)$fit
}

# Every order of the three changes, each step's difference, averaged where margins change together (see the header of
# evenness/segregation_change.h): the margins first or last, and within them either first.
change <- function(a, b) {
    m0 <- M(a); m1 <- M(b)
    u <- intersect(rownames(a)[rowSums(a) > 0], rownames(b)[rowSums(b) > 0])
    g <- intersect(colnames(a)[colSums(a) > 0], colnames(b)[colSums(b) > 0])
    A <- a[u, g]; B <- b[u, g]
    SA <- ifelse(A == 0 & B > 0, 1e-10, A); SB <- ifelse(B == 0 & A > 0, 1e-10, B)
    tab <- list(list(A, SA), list(B, SB))
    v <- function(G, U, S) if (G == U && U == S) M(tab[[S]][[1]]) else M(fit(tab[[S]][[2]], tab[[U]][[1]], tab[[G]][[1]]))
    group <- mean(c(v(2, 1, 1) - v(1, 1, 1), v(2, 2, 1) - v(1, 2, 1), v(2, 1, 2) - v(1, 1, 2), v(2, 2, 2) - v(1, 2, 2)))
    unit <- mean(c(v(1, 2, 1) - v(1, 1, 1), v(2, 2, 1) - v(2, 1, 1), v(1, 2, 2) - v(1, 1, 2), v(2, 2, 2) - v(2, 1, 2)))
    struct <- mean(c(v(1, 1, 2) - v(1, 1, 1), v(2, 2, 2) - v(2, 2, 1)))
    c(before = m0, after = m1, change = m1 - m0, removals = M(A) - m0, additions = m1 - M(B),
      group_marginal = group, unit_marginal = unit, structural = struct)
}

schools <- sprintf("s%02d", 1:30); groups <- c("kinh", "migrant", "minority", "tay")
draw <- function(size, spread, zeros) {
    t <- t(sapply(size, function(n) rmultinom(1, n, prop.table(c(10, 3, 2, 1) * exp(spread * rnorm(4))))))
    t[sample(length(t), zeros)] <- 0
    dimnames(t) <- list(schools, groups)
    t
}
size <- rpois(30, 80)
full <- list(draw(size, 0.6, 0), draw(size * runif(30, 0.5, 2), 0.7, 0))
# others come and go, and some cells are empty
holes <- list(draw(size, 0.9, 10), draw(size * runif(30, 0.8, 1.3), 0.8, 10))
holes[[1]][c(3, 9, 17), ] <- 0; holes[[2]][c(5, 20), ] <- 0; holes[[2]][, "tay"] <- 0
# the same odds ratios: rows and columns of the first times factors, and whole
ratios <- list(full[[1]], full[[1]] * (1:30 %% 4 + 1) * rep(c(1, 2, 3, 5), each = 30))
cases <- list(full = full, holes = holes, ratios = ratios)

input <- NULL; expected <- NULL
for (name in names(cases)) {
    for (p in 1:2) {
        t <- as.data.frame(as.table(cases[[name]][[p]]))
        input <- rbind(input, data.frame(case = name, period = 1999 + p, unit = t$Var1, grp = t$Var2, n = t$Freq))
    }
    r <- change(cases[[name]][[1]], cases[[name]][[2]])
    expected <- rbind(expected, data.frame(case = name, component = names(r), estimate = sprintf("%.12g", r)))
}
write.csv(input, file.path(dir, "segregation_change_input.csv"), row.names = FALSE, quote = FALSE)
write.csv(expected, file.path(dir, "segregation_change.csv"), row.names = FALSE, quote = FALSE)
