package main

import (
	"fmt"
	"reflect"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// resource is one row of what the server serves. Its kind is the name of the Go type; it has a status subresource when
// the type has a field Status.
type resource struct {
	version    schema.GroupVersion
	plural     string
	namespaced bool
	object     runtime.Object
	list       runtime.Object
	short      []string
}

const (
	cluster    = false
	namespaced = true
)

var resources = []resource{
	{corev1.SchemeGroupVersion, "namespaces", cluster, &corev1.Namespace{}, &corev1.NamespaceList{}, []string{"ns"}},
	{corev1.SchemeGroupVersion, "nodes", cluster, &corev1.Node{}, &corev1.NodeList{}, []string{"no"}},
	{corev1.SchemeGroupVersion, "pods", namespaced, &corev1.Pod{}, &corev1.PodList{}, []string{"po"}},
	{corev1.SchemeGroupVersion, "services", namespaced, &corev1.Service{}, &corev1.ServiceList{}, []string{"svc"}},
	{corev1.SchemeGroupVersion, "secrets", namespaced, &corev1.Secret{}, &corev1.SecretList{}, nil},
	{corev1.SchemeGroupVersion, "configmaps", namespaced, &corev1.ConfigMap{}, &corev1.ConfigMapList{}, []string{"cm"}},
	{corev1.SchemeGroupVersion, "events", namespaced, &corev1.Event{}, &corev1.EventList{}, []string{"ev"}},
	{corev1.SchemeGroupVersion, "serviceaccounts", namespaced, &corev1.ServiceAccount{}, &corev1.ServiceAccountList{}, []string{"sa"}},
	{discoveryv1.SchemeGroupVersion, "endpointslices", namespaced, &discoveryv1.EndpointSlice{}, &discoveryv1.EndpointSliceList{}, nil},
	{networkingv1.SchemeGroupVersion, "ingresses", namespaced, &networkingv1.Ingress{}, &networkingv1.IngressList{}, []string{"ing"}},
	{networkingv1.SchemeGroupVersion, "ingressclasses", cluster, &networkingv1.IngressClass{}, &networkingv1.IngressClassList{}, nil},
	{networkingv1.SchemeGroupVersion, "networkpolicies", namespaced, &networkingv1.NetworkPolicy{}, &networkingv1.NetworkPolicyList{}, []string{"netpol"}},
	{coordinationv1.SchemeGroupVersion, "leases", namespaced, &coordinationv1.Lease{}, &coordinationv1.LeaseList{}, nil},
	{admissionv1.SchemeGroupVersion, "validatingwebhookconfigurations", cluster, &admissionv1.ValidatingWebhookConfiguration{}, &admissionv1.ValidatingWebhookConfigurationList{}, nil},
	{appsv1.SchemeGroupVersion, "deployments", namespaced, &appsv1.Deployment{}, &appsv1.DeploymentList{}, []string{"deploy"}},
	{appsv1.SchemeGroupVersion, "daemonsets", namespaced, &appsv1.DaemonSet{}, &appsv1.DaemonSetList{}, []string{"ds"}},
	{autoscalingv2.SchemeGroupVersion, "horizontalpodautoscalers", namespaced, &autoscalingv2.HorizontalPodAutoscaler{}, &autoscalingv2.HorizontalPodAutoscalerList{}, []string{"hpa"}},
	{policyv1.SchemeGroupVersion, "poddisruptionbudgets", namespaced, &policyv1.PodDisruptionBudget{}, &policyv1.PodDisruptionBudgetList{}, []string{"pdb"}},
	{rbacv1.SchemeGroupVersion, "roles", namespaced, &rbacv1.Role{}, &rbacv1.RoleList{}, nil},
	{rbacv1.SchemeGroupVersion, "rolebindings", namespaced, &rbacv1.RoleBinding{}, &rbacv1.RoleBindingList{}, nil},
	{rbacv1.SchemeGroupVersion, "clusterroles", cluster, &rbacv1.ClusterRole{}, &rbacv1.ClusterRoleList{}, nil},
	{rbacv1.SchemeGroupVersion, "clusterrolebindings", cluster, &rbacv1.ClusterRoleBinding{}, &rbacv1.ClusterRoleBindingList{}, nil},
}

func (r resource) kind() string { return reflect.TypeOf(r.object).Elem().Name() }

func (r resource) group() schema.GroupResource {
	return r.version.WithResource(r.plural).GroupResource()
}

func (r resource) hasStatus() bool { return part(r.object, "Status").IsValid() }

// part is a field of an object, to be read or set; it is invalid when the type has no such field.
func part(object runtime.Object, name string) reflect.Value {
	return reflect.ValueOf(object).Elem().FieldByName(name)
}

func made(like runtime.Object) func() runtime.Object {
	kind := reflect.TypeOf(like).Elem()
	return func() runtime.Object { return reflect.New(kind).Interface().(runtime.Object) }
}

// versions are the group versions in the order of the table.
func versions() []schema.GroupVersion {
	var result []schema.GroupVersion
	seen := map[schema.GroupVersion]bool{}
	for _, r := range resources {
		if !seen[r.version] {
			seen[r.version] = true
			result = append(result, r.version)
		}
	}
	return result
}

var (
	scheme = makeScheme()
	codecs = serializer.NewCodecFactory(scheme)
)

func makeScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		admissionv1.AddToScheme, appsv1.AddToScheme, autoscalingv2.AddToScheme, coordinationv1.AddToScheme, corev1.AddToScheme,
		discoveryv1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme, rbacv1.AddToScheme,
	} {
		utilruntime.Must(add(scheme))
	}
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	for _, version := range versions() {
		utilruntime.Must(scheme.SetVersionPriority(version))
	}
	for _, r := range resources {
		// The library converts to and from an internal version; the types of the only version serve as that too.
		internal := schema.GroupVersion{Group: r.version.Group, Version: runtime.APIVersionInternal}
		scheme.AddKnownTypeWithName(internal.WithKind(r.kind()), r.object)
		scheme.AddKnownTypeWithName(internal.WithKind(r.kind()+"List"), r.list)
		utilruntime.Must(scheme.AddFieldLabelConversionFunc(r.version.WithKind(r.kind()), onlySelectable(r)))
	}
	addDefaults(scheme)
	return scheme
}

// onlySelectable refuses field selectors that the kind does not have.
func onlySelectable(r resource) runtime.FieldLabelConversionFunc {
	known := selectable(r.object)
	return func(label, value string) (string, string, error) {
		if !known.Has(label) && label != "metadata.name" && label != "metadata.namespace" {
			return "", "", fmt.Errorf("%q is not a known field selector of %s", label, r.plural)
		}
		return label, value, nil
	}
}

// selectable are the fields that the kind offers to selectors, beside the name and the namespace.
func selectable(object runtime.Object) fields.Set {
	switch o := object.(type) {
	case *corev1.Event:
		return fields.Set{
			"involvedObject.kind":            o.InvolvedObject.Kind,
			"involvedObject.namespace":       o.InvolvedObject.Namespace,
			"involvedObject.name":            o.InvolvedObject.Name,
			"involvedObject.uid":             string(o.InvolvedObject.UID),
			"involvedObject.apiVersion":      o.InvolvedObject.APIVersion,
			"involvedObject.resourceVersion": o.InvolvedObject.ResourceVersion,
			"involvedObject.fieldPath":       o.InvolvedObject.FieldPath,
			"reason":                         o.Reason,
			"reportingComponent":             o.ReportingController,
			"source":                         o.Source.Component,
			"type":                           o.Type,
		}
	case *corev1.Namespace:
		return fields.Set{"status.phase": string(o.Status.Phase)}
	case *corev1.Pod:
		return fields.Set{"spec.nodeName": o.Spec.NodeName, "status.phase": string(o.Status.Phase), "status.podIP": o.Status.PodIP}
	case *corev1.Secret:
		return fields.Set{"type": string(o.Type)}
	case *corev1.Service:
		return fields.Set{"spec.clusterIP": o.Spec.ClusterIP, "spec.type": string(o.Spec.Type)}
	}
	return fields.Set{}
}

// attributes are what selectors are matched with.
func attributes(object runtime.Object) (labels.Set, fields.Set, error) {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return nil, nil, err
	}
	set := selectable(object)
	set["metadata.name"] = accessor.GetName()
	if accessor.GetNamespace() != "" {
		set["metadata.namespace"] = accessor.GetNamespace()
	}
	return accessor.GetLabels(), set, nil
}
