package main

import (
	"context"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apiserver/pkg/authentication/serviceaccount"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/client-go/informers"
	listers "k8s.io/client-go/listers/rbac/v1"
)

// roles allows what the Roles, ClusterRoles and bindings stored in this server allow, as Kubernetes' RBAC authorizer
// does, and discovery to everybody who is known.
type roles struct {
	roles           listers.RoleLister
	bindings        listers.RoleBindingLister
	clusterRoles    listers.ClusterRoleLister
	clusterBindings listers.ClusterRoleBindingLister
}

// discovery is what Kubernetes' own ClusterRole system:discovery allows.
var discovery = rbacv1.PolicyRule{
	Verbs:           []string{"get"},
	NonResourceURLs: []string{"/livez", "/readyz", "/healthz", "/version", "/version/", "/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"},
}

func newRoles(shared informers.SharedInformerFactory) *roles {
	rbac := shared.Rbac().V1()
	return &roles{rbac.Roles().Lister(), rbac.RoleBindings().Lister(), rbac.ClusterRoles().Lister(), rbac.ClusterRoleBindings().Lister()}
}

func (r *roles) Authorize(_ context.Context, asked authorizer.Attributes) (authorizer.Decision, string, error) {
	rules, err := r.rulesFor(asked.GetUser(), asked.GetNamespace())
	if err != nil {
		return authorizer.DecisionNoOpinion, "", err
	}
	for _, rule := range rules {
		if allows(rule, asked) {
			return authorizer.DecisionAllow, "", nil
		}
	}
	return authorizer.DecisionNoOpinion, "no role allows it", nil
}

// rulesFor collects the rules that hold for somebody in a namespace, or for the whole cluster when it is empty.
func (r *roles) rulesFor(who user.Info, namespace string) ([]rbacv1.PolicyRule, error) {
	var result []rbacv1.PolicyRule
	if slices.Contains(who.GetGroups(), user.AllAuthenticated) {
		result = append(result, discovery)
	}
	clusterBindings, err := r.clusterBindings.List(labels.Everything())
	if err != nil {
		return nil, err
	}
	for _, binding := range clusterBindings {
		if anyIs(binding.Subjects, who, "") {
			result = append(result, r.rulesOf(binding.RoleRef, "")...)
		}
	}
	if namespace == "" {
		return result, nil
	}
	bindings, err := r.bindings.RoleBindings(namespace).List(labels.Everything())
	if err != nil {
		return nil, err
	}
	for _, binding := range bindings {
		if anyIs(binding.Subjects, who, namespace) {
			result = append(result, r.rulesOf(binding.RoleRef, namespace)...)
		}
	}
	return result, nil
}

// rulesOf resolves a reference; a role that does not exist allows nothing.
func (r *roles) rulesOf(reference rbacv1.RoleRef, namespace string) []rbacv1.PolicyRule {
	if reference.Kind == "ClusterRole" {
		if role, err := r.clusterRoles.Get(reference.Name); err == nil {
			return role.Rules
		}
		return nil
	}
	if role, err := r.roles.Roles(namespace).Get(reference.Name); err == nil {
		return role.Rules
	}
	return nil
}

func anyIs(subjects []rbacv1.Subject, who user.Info, namespace string) bool {
	return slices.ContainsFunc(subjects, func(subject rbacv1.Subject) bool {
		switch subject.Kind {
		case rbacv1.UserKind:
			return subject.Name == who.GetName()
		case rbacv1.GroupKind:
			return slices.Contains(who.GetGroups(), subject.Name)
		case rbacv1.ServiceAccountKind:
			home := subject.Namespace
			fill(&home, namespace)
			return serviceaccount.MatchesUsername(home, subject.Name, who.GetName())
		}
		return false
	})
}

func allows(rule rbacv1.PolicyRule, asked authorizer.Attributes) bool {
	if !has(rule.Verbs, asked.GetVerb()) {
		return false
	}
	if !asked.IsResourceRequest() {
		return slices.ContainsFunc(rule.NonResourceURLs, func(allowed string) bool {
			start, open := strings.CutSuffix(allowed, "*")
			return allowed == asked.GetPath() || open && strings.HasPrefix(asked.GetPath(), start)
		})
	}
	return has(rule.APIGroups, asked.GetAPIGroup()) && hasResource(rule.Resources, asked.GetResource(), asked.GetSubresource()) &&
		(len(rule.ResourceNames) == 0 || slices.Contains(rule.ResourceNames, asked.GetName()))
}

func has(allowed []string, wanted string) bool {
	return slices.Contains(allowed, "*") || slices.Contains(allowed, wanted)
}

func hasResource(allowed []string, resource, subresource string) bool {
	if subresource == "" {
		return has(allowed, resource)
	}
	return has(allowed, resource+"/"+subresource) || slices.Contains(allowed, "*/"+subresource)
}
