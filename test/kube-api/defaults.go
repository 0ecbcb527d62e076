package main

import (
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// addDefaults registers those defaults that an ingress controller, or the library itself, relies on. Kubernetes keeps
// its own in k8s.io/kubernetes.
func addDefaults(scheme *runtime.Scheme) {
	scheme.AddTypeDefaultingFunc(&corev1.Namespace{}, func(o any) { defaultNamespace(o.(*corev1.Namespace)) })
	scheme.AddTypeDefaultingFunc(&corev1.Secret{}, func(o any) { fill(&o.(*corev1.Secret).Type, corev1.SecretTypeOpaque) })
	scheme.AddTypeDefaultingFunc(&corev1.Service{}, func(o any) { defaultService(o.(*corev1.Service)) })
	scheme.AddTypeDefaultingFunc(&discoveryv1.EndpointSlice{}, func(o any) { defaultSlice(o.(*discoveryv1.EndpointSlice)) })
	scheme.AddTypeDefaultingFunc(&admissionv1.ValidatingWebhookConfiguration{}, func(o any) {
		webhooks := o.(*admissionv1.ValidatingWebhookConfiguration).Webhooks
		for i := range webhooks {
			defaultWebhook(&webhooks[i])
		}
	})
}

// fill sets what is not set.
func fill[T comparable](target *T, value T) {
	var unset T
	if *target == unset {
		*target = value
	}
}

// fillPointer sets what points to nothing.
func fillPointer[T any](target **T, value T) {
	if *target == nil {
		*target = &value
	}
}

func defaultNamespace(n *corev1.Namespace) {
	if n.Name == "" { // the name is still to be generated
		return
	}
	if n.Labels == nil {
		n.Labels = map[string]string{}
	}
	n.Labels[corev1.LabelMetadataName] = n.Name
}

func defaultService(s *corev1.Service) {
	fill(&s.Spec.Type, corev1.ServiceTypeClusterIP)
	fill(&s.Spec.SessionAffinity, corev1.ServiceAffinityNone)
	if s.Spec.Type != corev1.ServiceTypeExternalName {
		fillPointer(&s.Spec.InternalTrafficPolicy, corev1.ServiceInternalTrafficPolicyCluster)
	}
	for i := range s.Spec.Ports {
		port := &s.Spec.Ports[i]
		fill(&port.Protocol, corev1.ProtocolTCP)
		if port.TargetPort.IntVal == 0 && port.TargetPort.StrVal == "" {
			port.TargetPort.IntVal = port.Port
		}
	}
}

func defaultSlice(s *discoveryv1.EndpointSlice) {
	for i := range s.Ports {
		fillPointer(&s.Ports[i].Name, "")
		fillPointer(&s.Ports[i].Protocol, corev1.ProtocolTCP)
	}
}

func defaultWebhook(w *admissionv1.ValidatingWebhook) {
	fillPointer(&w.FailurePolicy, admissionv1.Fail)
	fillPointer(&w.MatchPolicy, admissionv1.Equivalent)
	fillPointer(&w.NamespaceSelector, metav1.LabelSelector{})
	fillPointer(&w.ObjectSelector, metav1.LabelSelector{})
	fillPointer(&w.TimeoutSeconds, 10)
	if w.ClientConfig.Service != nil {
		fillPointer(&w.ClientConfig.Service.Port, 443)
	}
	for i := range w.Rules {
		fillPointer(&w.Rules[i].Scope, admissionv1.AllScopes)
	}
}
