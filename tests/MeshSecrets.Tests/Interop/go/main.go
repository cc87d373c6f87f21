// Verifies a chain with Go's standard library: root, intermediate and leaf (PEM files), and the host name.
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func pool(path string) *x509.CertPool {
	content, err := os.ReadFile(path)
	if err != nil {
		fail(err)
	}
	certificates := x509.NewCertPool()
	if !certificates.AppendCertsFromPEM(content) {
		fail(fmt.Errorf("no certificate in %s", path))
	}
	return certificates
}

func main() {
	content, err := os.ReadFile(os.Args[3])
	if err != nil {
		fail(err)
	}
	block, _ := pem.Decode(content)
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		fail(err)
	}
	chains, err := leaf.Verify(x509.VerifyOptions{
		Roots:         pool(os.Args[1]),
		Intermediates: pool(os.Args[2]),
		DNSName:       os.Args[4],
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	if err != nil {
		fail(err)
	}
	fmt.Printf("chain of %d, %s, %v\n", len(chains[0]), leaf.URIs[0], leaf.IPAddresses)
}
