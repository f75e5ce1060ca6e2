// Does what it is told by go-ovh, whose address is in OVH_ENDPOINT: see order.ts.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/ovh/go-ovh/ovh"
)

type order struct {
	ID  int `json:"id"`
	Key struct {
		AppKey      string `json:"appKey"`
		AppSecret   string `json:"appSecret"`
		ConsumerKey string `json:"consumerKey"`
	} `json:"key"`
	Ask    []string               `json:"ask"`
	Method string                 `json:"method"`
	Path   string                 `json:"path"`
	Body   map[string]interface{} `json:"body"`
	Batch  string                 `json:"batch"`
}

type failure struct {
	Status  int    `json:"status"`
	Message string `json:"message"`
}

type asked struct {
	ConsumerKey   string   `json:"consumerKey"`
	ValidationURL string   `json:"validationUrl"`
	Pending       *failure `json:"pending"`
}

type answer struct {
	ID    int         `json:"id"`
	Value interface{} `json:"value"`
	Error *failure    `json:"error,omitempty"`
}

func main() {
	out := json.NewEncoder(os.Stdout)
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var one order
		if err := json.Unmarshal(in.Bytes(), &one); err != nil {
			panic(err)
		}
		value, err := carryOut(one)
		if err := out.Encode(answer{one.ID, value, tell(err)}); err != nil {
			panic(err)
		}
	}
}

func carryOut(one order) (interface{}, error) {
	client, err := ovh.NewClient("", one.Key.AppKey, one.Key.AppSecret, one.Key.ConsumerKey)
	if err != nil {
		return nil, err
	}
	if one.Ask != nil {
		return askFor(client, one.Ask)
	}
	var body interface{}
	if one.Body != nil {
		body = one.Body
	}
	var value interface{}
	if one.Batch == "" {
		err = client.CallAPI(one.Method, one.Path, body, &value, true)
		return value, err
	}
	request, err := client.NewRequest(one.Method, one.Path, body, true)
	if err != nil {
		return nil, err
	}
	request.Header.Set("X-Ovh-Batch", one.Batch)
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	err = client.UnmarshalResponse(response, &value)
	return value, err
}

func askFor(client *ovh.Client, rules []string) (*asked, error) {
	request := client.NewCkRequest()
	for _, rule := range rules {
		words := strings.Split(rule, " ")
		request.AddRule(words[0], words[1])
	}
	state, err := request.Do()
	if err != nil {
		return nil, err
	}
	pending := tell(client.Get("/me", nil))
	return &asked{state.ConsumerKey, state.ValidationURL, pending}, nil
}

func tell(err error) *failure {
	if err == nil {
		return nil
	}
	if told, ok := err.(*ovh.APIError); ok {
		return &failure{told.Code, told.Message}
	}
	return &failure{0, fmt.Sprint(err)}
}
