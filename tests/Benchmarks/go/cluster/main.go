// Does with Go's standard library alone what the engine does with a Kubernetes API server: what the engine is measured against.
//
//	cluster KEYS-FOLDER SERVER
//
// The folder holds ca.crt, admin.crt and admin.key. Each line on standard input is a command, each answer one line:
//
//	namespace NAME        makes a namespace                          ok
//	clear NAME            removes its secrets of type TLS            ok
//	load NAME             takes those of a namespace as bodies       their number
//	create NAME           creates them all there, 8 at a time        seconds, microseconds of CPU for each
//	list NAME             reads the pages of its TLS metadata        seconds, bytes
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	connections  = 8
	pageSize     = 500
	tlsSecrets   = "type=kubernetes.io/tls"
	metadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
)

type peer struct {
	http   *http.Client
	server string
	bodies []map[string]any
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	return value
}

func newPeer(folder, server string) *peer {
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(must(os.ReadFile(filepath.Join(folder, "ca.crt"))))
	pair := must(tls.LoadX509KeyPair(filepath.Join(folder, "admin.crt"), filepath.Join(folder, "admin.key")))
	return &peer{
		server: strings.TrimSuffix(server, "/"),
		http: &http.Client{Transport: &http.Transport{
			// Of its own, so no HTTP/2, which would put all on one connection: that was slower here.
			TLSClientConfig:     &tls.Config{RootCAs: authorities, Certificates: []tls.Certificate{pair}},
			MaxConnsPerHost:     connections,
			MaxIdleConnsPerHost: connections,
			ForceAttemptHTTP2:   os.Getenv("PEER_HTTP2") != "",
		}},
	}
}

func (p *peer) send(method, path, accept string, body []byte) ([]byte, error) {
	request, err := http.NewRequest(method, p.server+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}

	request.Header.Set("Accept", accept)
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}

	response, err := p.http.Do(request)
	if err != nil {
		return nil, err
	}

	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 300 {
		err = errors.New(method + " " + path + ": " + response.Status)
	}

	return answer, err
}

func secretsOf(namespace string) string {
	return "/api/v1/namespaces/" + namespace + "/secrets"
}

// load takes the secrets of a namespace as a client would send them: without what the server adds.
func (p *peer) load(namespace string) int {
	var list struct{ Items []map[string]any }
	answer := must(p.send("GET", secretsOf(namespace)+"?fieldSelector="+url.QueryEscape(tlsSecrets), "application/json", nil))
	if err := json.Unmarshal(answer, &list); err != nil {
		must(0, err)
	}

	for _, item := range list.Items {
		metadata := item["metadata"].(map[string]any)
		for _, field := range []string{"uid", "resourceVersion", "creationTimestamp", "managedFields", "selfLink"} {
			delete(metadata, field)
		}

		item["apiVersion"], item["kind"] = "v1", "Secret"
	}

	p.bodies = list.Items
	return len(p.bodies)
}

func (p *peer) create(namespace string) (float64, float64) {
	texts := make(chan []byte, len(p.bodies))
	for _, body := range p.bodies {
		body["metadata"].(map[string]any)["namespace"] = namespace
		texts <- must(json.Marshal(body))
	}

	close(texts)
	var workers sync.WaitGroup
	cpu, begin := cpuMicroseconds(), time.Now()
	for i := 0; i < connections; i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for text := range texts {
				var created struct {
					Metadata struct{ ResourceVersion string }
				}
				answer := must(p.send("POST", secretsOf(namespace), "application/json", text))
				if err := json.Unmarshal(answer, &created); err != nil || created.Metadata.ResourceVersion == "" {
					must(0, errors.New("no resource version in an answer"))
				}
			}
		}()
	}

	workers.Wait()
	return time.Since(begin).Seconds(), float64(cpuMicroseconds()-cpu) / float64(len(p.bodies))
}

// list reads the pages as they come and looks into none: the server's own time for them.
func (p *peer) list(namespace string) (float64, int) {
	const mark = `"continue":"`
	begin, size, next := time.Now(), 0, ""
	for {
		path := fmt.Sprintf("%s?limit=%d&fieldSelector=%s&continue=%s", secretsOf(namespace), pageSize, url.QueryEscape(tlsSecrets), url.QueryEscape(next))
		page := must(p.send("GET", path, metadataList, nil))
		size += len(page)
		_, rest, found := bytes.Cut(page[:bytes.Index(page, []byte(`"items"`))], []byte(mark))
		if !found {
			return time.Since(begin).Seconds(), size
		}

		token, _, _ := bytes.Cut(rest, []byte{'"'})
		next = string(token)
	}
}

func cpuMicroseconds() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		must(0, err)
	}

	return (usage.Utime.Nano() + usage.Stime.Nano()) / 1000
}

func main() {
	p := newPeer(os.Args[1], os.Args[2])
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		command, name, _ := strings.Cut(lines.Text(), " ")
		switch command {
		case "namespace":
			must(p.send("POST", "/api/v1/namespaces", "application/json", []byte(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"`+name+`"}}`)))
			fmt.Println("ok")
		case "clear":
			must(p.send("DELETE", secretsOf(name)+"?fieldSelector="+url.QueryEscape(tlsSecrets), "application/json", nil))
			fmt.Println("ok")
		case "load":
			fmt.Println(p.load(name))
		case "create":
			fmt.Println(p.create(name))
		case "list":
			fmt.Println(p.list(name))
		default:
			must(0, errors.New("unknown command "+command))
		}
	}
}
