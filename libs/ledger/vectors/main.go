// Writes vectors.json: roots, proofs and a signed checkpoint as golang.org/x/mod/sumdb (tlog, note) makes them. That is an
// implementation of the same standards that shares nothing with ours, so agreeing with it means something.
//
// To write it anew: go run . > vectors.json
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const largest = 300

const skey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
const vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

type inclusion struct {
	Index int64    `json:"index"`
	Size  int64    `json:"size"`
	Proof []string `json:"proof"`
}

type consistency struct {
	Earlier int64    `json:"earlier"`
	Later   int64    `json:"later"`
	Proof   []string `json:"proof"`
}

type vectors struct {
	Leaves      string        `json:"leaves"`
	Roots       []string      `json:"roots"`
	Inclusion   []inclusion   `json:"inclusion"`
	Consistency []consistency `json:"consistency"`
	Vkey        string        `json:"vkey"`
	Skey        string        `json:"skey"`
	Checkpoint  string        `json:"checkpoint"`
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func base64s(hashes []tlog.Hash) []string {
	out := []string{}
	for _, h := range hashes {
		out = append(out, base64.StdEncoding.EncodeToString(h[:]))
	}
	return out
}

func main() {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			out[i] = stored[index]
		}
		return out, nil
	})
	v := vectors{Leaves: "the UTF-8 bytes of `record <index>`", Vkey: vkey, Skey: skey}
	for size := int64(0); size <= largest; size++ {
		root, err := tlog.TreeHash(size, reader)
		check(err)
		v.Roots = append(v.Roots, base64s([]tlog.Hash{root})[0])
		hashes, err := tlog.StoredHashes(size, []byte(fmt.Sprintf("record %d", size)), reader)
		check(err)
		stored = append(stored, hashes...)
	}
	for _, size := range []int64{1, 2, 3, 5, 7, 8, 13, 64, 100, 255, 256, 257, 300} {
		for index := int64(0); index < size; index += 1 + size/7 {
			proof, err := tlog.ProveRecord(size, index, reader)
			check(err)
			v.Inclusion = append(v.Inclusion, inclusion{index, size, base64s(proof)})
		}
		for earlier := int64(1); earlier < size; earlier += 1 + size/7 {
			proof, err := tlog.ProveTree(size, earlier, reader)
			check(err)
			v.Consistency = append(v.Consistency, consistency{earlier, size, base64s(proof)})
		}
	}
	signer, err := note.NewSigner(skey)
	check(err)
	text := fmt.Sprintf("PeterNeumann\n%d\n%s\nnext vote.cast/3 300\nat 2026-11-02T09:00:00.000Z\n", largest, v.Roots[largest])
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	check(err)
	v.Checkpoint = string(signed)
	check(json.NewEncoder(os.Stdout).Encode(v))
}
