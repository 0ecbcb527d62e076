package main

import (
	"context"
	"fmt"
	"net/url"

	"go.opentelemetry.io/otel/trace/noop"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/initializer"
	"k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle"
	webhookinit "k8s.io/apiserver/pkg/admission/plugin/webhook/initializer"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/validating"
	genericapiserver "k8s.io/apiserver/pkg/server"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
)

// loopbackServices finds the Service of a webhook at its port on this machine: there is no cluster network.
type loopbackServices struct{}

func (loopbackServices) ResolveEndpoint(_, _ string, port int32) (*url.URL, error) {
	return url.Parse(fmt.Sprintf("https://127.0.0.1:%d", port))
}

// admit adds Kubernetes' own plugins for validating webhooks, and for what must not be created outside a namespace that
// exists.
func admit(
	ctx context.Context, config *genericapiserver.RecommendedConfig, client kubernetes.Interface,
	dynamicClient dynamic.Interface, shared informers.SharedInformerFactory,
) error {
	namespaces, err := lifecycle.NewLifecycle(sets.New(metav1.NamespaceDefault, metav1.NamespaceSystem))
	if err != nil {
		return err
	}
	webhooks, err := validating.NewValidatingAdmissionWebhook(nil)
	if err != nil {
		return err
	}
	initializers := admission.PluginInitializers{
		initializer.New(client, dynamicClient, shared, config.Authorization.Authorizer, utilfeature.DefaultFeatureGate,
			config.EffectiveVersion, ctx.Done(), nil),
		webhookinit.NewPluginInitializer(webhook.NewDefaultAuthenticationInfoResolverWrapper(
			nil, nil, config.LoopbackClientConfig, noop.NewTracerProvider()), loopbackServices{}),
	}
	for _, plugin := range []admission.Interface{namespaces, webhooks} {
		initializers.Initialize(plugin)
		if err := admission.ValidateInitialization(plugin); err != nil {
			return err
		}
	}
	config.AdmissionControl = admission.NewChainHandler(namespaces, webhooks)
	return nil
}
