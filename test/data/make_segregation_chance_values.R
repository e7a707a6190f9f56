# Indices of segregation under random allocation and over samples, by brute force in R: writes segregation_chance.csv.
#
#   Rscript test/data/make_segregation_chance_values.R test/data > test/data/segregation_chance.csv
#
# Random allocation: every member is a card, sample() shuffles the cards, and the units take theirs.  Samples:
# rmultinom() over the cells.  Tables: "small" is 60 schools of 8 pupils of whom 40 % are of one group, "oracle" is
# oracle/edu_segregation_input.csv.  Columns: table, kind, measure, grp, mean and sd of 100,000 draws
# (20,000 of the oracle's), and their 2.5 % and 97.5 % quantiles.
#
# Made with R 4.2.2.
args <- commandArgs(TRUE)
draws <- if (length(args) > 1) as.integer(args[2]) else 100000
set.seed(1988)

indices <- function(t) {
    t <- t[rowSums(t) > 0, , drop = FALSE]
    N <- sum(t); u <- rowSums(t); g <- colSums(t); q <- g / N
    p <- t / u
    term <- ifelse(t > 0, t / N * log(p / rep(q, each = nrow(t))), 0)
    M <- sum(term); E <- -sum(q * log(q)); I <- sum(q * (1 - q))
    dev <- p - rep(q, each = nrow(t))
    own <- sapply(seq_along(g), function(j) c(sum(u * abs(dev[, j])) / (2 * N * q[j] * (1 - q[j])), sum(t[, j] / g[j] * p[, j])))
    eta <- (own[2, ] - q) / (1 - q)
    c(dissimilarity = sum(u * abs(dev)) / (2 * N * I), information_index = M / E, mutual_information = M,
      relative_diversity = sum(u * dev^2) / (N * I), entropy = E, rbind(own, eta))
}

o <- read.csv(file.path(args[1], "oracle/edu_segregation_input.csv"))
tables <- list(small = cbind(a = rep(c(3, 4, 2, 4, 3, 3), 10), b = rep(c(5, 4, 6, 4, 5, 5), 10)),
               oracle = unclass(xtabs(n ~ school + group, o)))

cat("table,kind,measure,grp,mean,sd,lower,upper\n")
for (name in names(tables)) {
    t <- tables[[name]]
    unit <- rep(seq_len(nrow(t)), rowSums(t)); cards <- rep(seq_len(ncol(t)), colSums(t))
    shuffled <- function() {
        v <- tabulate((sample(cards) - 1) * nrow(t) + unit, length(t))
        matrix(v, nrow(t))
    }
    sampled <- function() matrix(rmultinom(1, sum(t), t), nrow(t))
    for (kind in c("chance", "sample")) {
        n <- if (name == "oracle") draws / 5 else draws
        x <- replicate(n, indices(if (kind == "chance") shuffled() else sampled()))
        what <- c("dissimilarity", "information_index", "mutual_information", "relative_diversity", "entropy",
                  rep(c("dissimilarity", "isolation", "eta_squared"), ncol(t)))
        grp <- c(rep("", 5), rep(colnames(t), each = 3))
        q <- apply(x, 1, quantile, c(.025, .975))
        cat(sprintf("%s,%s,%s,%s,%.8g,%.8g,%.8g,%.8g\n", name, kind, what, grp, rowMeans(x), apply(x, 1, sd), q[1, ], q[2, ]), sep = "")
    }
}
