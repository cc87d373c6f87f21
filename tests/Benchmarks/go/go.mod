module meshsecrets.io/benchmarks/issue

go 1.19
