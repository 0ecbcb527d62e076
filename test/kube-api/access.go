package main

import (
	"context"
	"encoding/json"
	"os"
	"sync"
	"time"

	"k8s.io/apiserver/pkg/authentication/authenticator"
	"k8s.io/apiserver/pkg/authentication/group"
	"k8s.io/apiserver/pkg/authentication/request/anonymous"
	"k8s.io/apiserver/pkg/authentication/request/bearertoken"
	"k8s.io/apiserver/pkg/authentication/request/union"
	"k8s.io/apiserver/pkg/authentication/request/x509"
	"k8s.io/apiserver/pkg/authentication/token/tokenfile"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	authorization "k8s.io/apiserver/pkg/authorization/union"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/dynamiccertificates"
	"k8s.io/client-go/informers"
)

// authenticate decides who somebody is. Without tokens and certificates everybody is anonymous.
func authenticate(config *genericapiserver.RecommendedConfig, s settings) error {
	var ways []authenticator.Request
	if s.clientCA != "" {
		ca, err := dynamiccertificates.NewDynamicCAContentFromFile("client-ca", s.clientCA)
		if err != nil {
			return err
		}
		config.SecureServing.ClientCA = ca
		ways = append(ways, x509.NewDynamic(ca.VerifyOptions, x509.CommonNameUserConversion))
	}
	if s.tokenFile != "" {
		ways = append(ways, bearertoken.New(&tokens{path: s.tokenFile}))
	}
	config.Authentication.Authenticator = group.NewAuthenticatedGroupAdder(union.New(ways...))
	if len(ways) == 0 {
		config.Authentication.Authenticator = anonymous.NewAuthenticator(nil)
	}
	return nil
}

// tokens are those of a file, which may change: tests add users, and let tokens expire.
type tokens struct {
	path    string
	lock    sync.Mutex
	changed time.Time
	read    *tokenfile.TokenAuthenticator
}

func (t *tokens) AuthenticateToken(ctx context.Context, token string) (*authenticator.Response, bool, error) {
	current, err := t.current()
	if err != nil {
		return nil, false, err
	}
	return current.AuthenticateToken(ctx, token)
}

func (t *tokens) current() (*tokenfile.TokenAuthenticator, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	file, err := os.Stat(t.path)
	if err != nil {
		return nil, err
	}
	if t.read == nil || !file.ModTime().Equal(t.changed) {
		read, err := tokenfile.NewCSV(t.path)
		if err != nil {
			return nil, err
		}
		t.read, t.changed = read, file.ModTime()
	}
	return t.read, nil
}

// authorize decides what somebody may do, and has it written down when asked to.
func authorize(config *genericapiserver.RecommendedConfig, s settings, shared informers.SharedInformerFactory) error {
	var rules authorizer.Authorizer = authorizerfactory.NewAlwaysAllowAuthorizer()
	if s.rbac {
		rules = authorization.New(authorizerfactory.NewPrivilegedGroups(user.SystemPrivilegedGroup), newRoles(shared))
	}
	if s.audit != "" {
		file, err := os.OpenFile(s.audit, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		rules = &audited{Authorizer: rules, file: file}
	}
	config.Authorization.Authorizer = rules
	return nil
}

// audited writes down each question that the authorizer is asked.
type audited struct {
	authorizer.Authorizer
	lock sync.Mutex
	file *os.File
}

// auditLine is one line of the file; what does not apply is left out.
type auditLine struct {
	User        string `json:"user"`
	Verb        string `json:"verb"`
	Group       string `json:"group,omitempty"`
	Resource    string `json:"resource,omitempty"`
	Subresource string `json:"subresource,omitempty"`
	Namespace   string `json:"namespace,omitempty"`
	Name        string `json:"name,omitempty"`
	Path        string `json:"path,omitempty"`
	Allowed     bool   `json:"allowed"`
}

func (a *audited) Authorize(ctx context.Context, asked authorizer.Attributes) (authorizer.Decision, string, error) {
	decision, reason, err := a.Authorizer.Authorize(ctx, asked)
	if asked.GetUser().GetName() == user.APIServerUser { // the server asking itself
		return decision, reason, err
	}
	line := auditLine{
		User:        asked.GetUser().GetName(),
		Verb:        asked.GetVerb(),
		Group:       asked.GetAPIGroup(),
		Resource:    asked.GetResource(),
		Subresource: asked.GetSubresource(),
		Namespace:   asked.GetNamespace(),
		Name:        asked.GetName(),
		Allowed:     decision == authorizer.DecisionAllow,
	}
	if !asked.IsResourceRequest() {
		line.Path = asked.GetPath()
	}
	if written := a.write(line); written != nil && err == nil {
		err = written
	}
	return decision, reason, err
}

func (a *audited) write(line auditLine) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	a.lock.Lock()
	defer a.lock.Unlock()
	_, err = a.file.Write(append(text, '\n'))
	return err
}
