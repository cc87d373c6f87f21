// Loads an authority as istiod does: from a folder with the files of cacerts, in either layout. It asks Go's standard
// library what istiod asks it: whether ca-cert leads to a root through the chain, whether the key is readable and of it,
// whether it is a CA, and, with a revocation list, whether each of the chain has one. Then it signs a workload's
// certificate, as istiod would, and verifies that with the roots alone and what is sent beside it.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	content, err := os.ReadFile(filepath.Join(os.Args[1], name))
	check(err)
	return content
}

func exists(name string) bool {
	_, err := os.Stat(filepath.Join(os.Args[1], name))
	return err == nil
}

func pool(content []byte) *x509.CertPool {
	certificates := x509.NewCertPool()
	certificates.AppendCertsFromPEM(content)
	return certificates
}

func all(content []byte) (certificates []*x509.Certificate) {
	for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		check(err)
		certificates = append(certificates, certificate)
	}
	return certificates
}

func parseKey(content []byte) crypto.Signer {
	block, _ := pem.Decode(content)
	if block == nil {
		check(errors.New("the key is not PEM"))
	}
	var key any
	var err error
	switch block.Type {
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	default:
		err = errors.New("unsupported block " + block.Type)
	}
	check(err)
	return key.(crypto.Signer)
}

func main() {
	var ca, keyPem, chain, roots []byte
	if exists("tls.crt") {
		ca, keyPem, roots = read("tls.crt"), read("tls.key"), read("ca.crt")
		chain = append(append([]byte{}, ca...), roots...)
	} else {
		ca, keyPem, chain, roots = read("ca-cert.pem"), read("ca-key.pem"), read("cert-chain.pem"), read("root-cert.pem")
	}

	certificate := all(ca)[0]
	_, err := certificate.Verify(x509.VerifyOptions{Roots: pool(roots), Intermediates: pool(chain)})
	check(err)
	key := parseKey(keyPem)
	_, err = tls.X509KeyPair(ca, keyPem)
	check(err)
	if !certificate.IsCA {
		check(errors.New("it is no CA"))
	}
	if exists("ca-crl.pem") {
		for _, member := range all(chain) {
			signed := false
			for block, rest := pem.Decode(read("ca-crl.pem")); block != nil; block, rest = pem.Decode(rest) {
				list, err := x509.ParseRevocationList(block.Bytes)
				check(err)
				signed = signed || list.CheckSignatureFrom(member) == nil
			}
			if !signed {
				check(errors.New("no revocation list of " + member.Subject.String()))
			}
		}
	}

	workload, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(4711),
		NotBefore:    time.Now().Add(-2 * time.Minute),
		NotAfter:     time.Now().Add(time.Hour),
		URIs:         []*url.URL{{Scheme: "spiffe", Host: "cluster.local", Path: "/ns/shop/sa/web"}},
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, certificate, &workload.PublicKey, key)
	check(err)
	leaf, err := x509.ParseCertificate(der)
	check(err)
	for _, usage := range template.ExtKeyUsage {
		_, err = leaf.Verify(x509.VerifyOptions{Roots: pool(roots), Intermediates: pool(chain), KeyUsages: []x509.ExtKeyUsage{usage}})
		check(err)
	}
	fmt.Println("loaded", certificate.Subject)
}
