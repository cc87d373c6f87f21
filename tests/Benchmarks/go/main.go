// Issues P-256 leaf certificates in memory with Go's crypto/x509: what the engine is measured against.
//
// Each line on standard input is a number n; the answer is the CPU time of issuing n certificates, in microseconds
// for each (user and system, of the whole process, so that the garbage collector counts).
package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/url"
	"os"
	"strconv"
	"syscall"
	"time"
)

type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	return value
}

func serialNumber() *big.Int {
	return must(rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128)))
}

func newAuthority() authority {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber:          serialNumber(),
		Subject:               pkix.Name{CommonName: "Example Root"},
		NotBefore:             time.Now().Add(-time.Minute),
		NotAfter:              time.Now().AddDate(10, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der := must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	return authority{must(x509.ParseCertificate(der)), key}
}

// issue makes a key pair and a certificate with the same names, usages and extensions as the engine's, and both PEMs.
func (a authority) issue(number int) int {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	name := "svc-" + strconv.Itoa(number)
	dns := name + ".shop.svc"
	point := elliptic.Marshal(elliptic.P256(), key.X, key.Y)
	identifier := sha256.Sum256(point)
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serialNumber(),
		Subject:               pkix.Name{CommonName: dns},
		NotBefore:             now.Add(-time.Minute),
		NotAfter:              now.Add(24 * time.Hour),
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		SubjectKeyId:          identifier[:20],
		DNSNames:              []string{dns},
		URIs:                  []*url.URL{must(url.Parse("spiffe://default/" + name))},
	}
	der := must(x509.CreateCertificate(rand.Reader, template, a.certificate, &key.PublicKey, a.key))
	pkcs8 := must(x509.MarshalPKCS8PrivateKey(key))
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
	return len(certificate) + len(private)
}

func cpuMicroseconds() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	return (usage.Utime.Nano() + usage.Stime.Nano()) / 1000
}

func main() {
	ca := newAuthority()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		count := must(strconv.Atoi(lines.Text()))
		size := 0
		before := cpuMicroseconds()
		for i := 0; i < count; i++ {
			size += ca.issue(i)
		}

		spent := cpuMicroseconds() - before
		if size == 0 {
			os.Exit(1)
		}

		fmt.Printf("%.3f\n", float64(spent)/float64(count))
	}
}
