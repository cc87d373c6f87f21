module interop

go 1.18
