// ${{ values.name }}: ${{ values.description }}
package main

import (
	"fmt"
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("GET /healthz", say("well"))
{%- for endpoint in values.endpoints %}
	http.HandleFunc("GET /${{ endpoint }}", say("${{ endpoint }}: nothing to say yet"))
{%- endfor %}
	log.Print("${{ values.name }} listens on ${{ values.port }}")
	log.Fatal(http.ListenAndServe(":${{ values.port }}", nil))
}

func say(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, text) }
}
