// kube-api is a small Kubernetes API server for tests: the real library (k8s.io/apiserver) with the real types
// (k8s.io/api), stored in a real etcd. Lists, watches, bookmarks, server-side apply, conflicts, expired versions,
// admission webhooks and discovery are therefore Kubernetes' own. What belongs to k8s.io/kubernetes is not here: the
// validation of most fields, most defaults, the columns of `kubectl get`, and the controllers.
package main

//go:generate openapi-gen --output-dir openapi --output-pkg kube-api/openapi --go-header-file /dev/null --report-filename /dev/null k8s.io/api/admissionregistration/v1 k8s.io/api/apps/v1 k8s.io/api/autoscaling/v2 k8s.io/api/coordination/v1 k8s.io/api/core/v1 k8s.io/api/discovery/v1 k8s.io/api/networking/v1 k8s.io/api/policy/v1 k8s.io/api/rbac/v1 k8s.io/apimachinery/pkg/api/resource k8s.io/apimachinery/pkg/apis/meta/v1 k8s.io/apimachinery/pkg/runtime k8s.io/apimachinery/pkg/util/intstr k8s.io/apimachinery/pkg/version

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	genericapiserver "k8s.io/apiserver/pkg/server"
	genericoptions "k8s.io/apiserver/pkg/server/options"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"

	"kube-api/openapi"
)

type settings struct {
	etcd       string
	port       int
	certDir    string
	tokenFile  string
	clientCA   string
	rbac       bool
	audit      string
	compaction time.Duration
	watchCache int
}

func readFlags() settings {
	var s settings
	flag.StringVar(&s.etcd, "etcd", "http://127.0.0.1:2379", "URL of etcd")
	flag.IntVar(&s.port, "port", 6443, "port to serve on, at 127.0.0.1")
	flag.StringVar(&s.certDir, "cert-dir", "certs", "folder of apiserver.crt, which is its own CA file, and apiserver.key; made when missing")
	flag.StringVar(&s.tokenFile, "token-file", "", "CSV of token,user,uid[,\"group,group\"], read again when it changes")
	flag.StringVar(&s.clientCA, "client-ca", "", "CA of client certificates")
	flag.BoolVar(&s.rbac, "rbac", false, "allow what the Roles and ClusterRoles stored here allow, and members of system:masters everything; without it everybody may do everything")
	flag.StringVar(&s.audit, "audit", "", "file to append one JSON line to for each request that was authorized or refused")
	flag.DurationVar(&s.compaction, "compaction", 5*time.Minute, "time after which old resource versions expire")
	flag.IntVar(&s.watchCache, "watch-cache", 100, "events that the watch cache of each resource holds at first")
	flag.Parse()
	return s
}

func main() {
	if err := run(genericapiserver.SetupSignalContext(), readFlags()); err != nil {
		fmt.Fprintf(os.Stderr, "kube-api: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	config, err := configure(s)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config.LoopbackClientConfig)
	if err != nil {
		return err
	}
	dynamicClient, err := dynamic.NewForConfig(config.LoopbackClientConfig)
	if err != nil {
		return err
	}
	shared := informers.NewSharedInformerFactory(client, 0)
	if err := authenticate(config, s); err != nil {
		return err
	}
	if err := authorize(config, s, shared); err != nil {
		return err
	}
	if err := admit(ctx, config, client, dynamicClient, shared); err != nil {
		return err
	}
	if err := config.AddPostStartHook("informers", func(hook genericapiserver.PostStartHookContext) error {
		shared.Start(hook.Done())
		return createNamespaces(hook, client)
	}); err != nil {
		return err
	}
	server, err := config.Complete().New("kube-api", genericapiserver.NewEmptyDelegate())
	if err != nil {
		return err
	}
	if err := install(server, config.RESTOptionsGetter); err != nil {
		return err
	}
	return server.PrepareRun().RunWithContext(ctx)
}

// configure makes what every Kubernetes API server has: storage, TLS, OpenAPI.
func configure(s settings) (*genericapiserver.RecommendedConfig, error) {
	options := genericoptions.NewRecommendedOptions("/registry", codecs.LegacyCodec(versions()...))
	options.Etcd.StorageConfig.Transport.ServerList = []string{s.etcd}
	options.Etcd.StorageConfig.CompactionInterval = s.compaction
	options.Etcd.DefaultWatchCacheSize = s.watchCache
	options.SecureServing.BindPort = s.port
	options.SecureServing.BindAddress = net.IPv4(127, 0, 0, 1)
	options.SecureServing.ServerCert.CertDirectory = s.certDir
	options.SecureServing.ServerCert.PairName = "apiserver"
	addresses := []net.IP{net.IPv4(127, 0, 0, 1)}
	if err := options.SecureServing.MaybeDefaultWithSelfSignedCerts("localhost", nil, addresses); err != nil {
		return nil, err
	}
	run := genericoptions.NewServerRunOptions()
	if err := run.Complete(); err != nil {
		return nil, err
	}

	config := genericapiserver.NewRecommendedConfig(codecs)
	if err := run.ApplyTo(&config.Config); err != nil {
		return nil, err
	}
	if err := options.Etcd.ApplyTo(&config.Config); err != nil {
		return nil, err
	}
	if err := options.SecureServing.ApplyTo(&config.SecureServing, &config.LoopbackClientConfig); err != nil {
		return nil, err
	}
	namer := openapinamer.NewDefinitionNamer(scheme)
	config.OpenAPIConfig = genericapiserver.DefaultOpenAPIConfig(openapi.GetOpenAPIDefinitions, namer)
	config.OpenAPIConfig.Info.Title = "kube-api"
	config.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(openapi.GetOpenAPIDefinitions, namer)
	config.OpenAPIV3Config.Info.Title = "kube-api"
	return config, nil
}

// createNamespaces makes those that every cluster has.
func createNamespaces(ctx context.Context, client kubernetes.Interface) error {
	for _, name := range []string{metav1.NamespaceDefault, metav1.NamespaceSystem} {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
		_, err := client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	return nil
}
