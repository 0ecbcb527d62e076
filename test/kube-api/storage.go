package main

import (
	"context"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/generic"
	"k8s.io/apiserver/pkg/registry/generic/registry"
	"k8s.io/apiserver/pkg/registry/rest"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/storage"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

const eventLifetimeSeconds = 3600

// store is the storage of one resource.
type store struct {
	*registry.Store
	short []string
}

func (s store) ShortNames() []string { return s.short }

// statusStore is its status subresource: to get, update and patch, and nothing else.
type statusStore struct{ store *registry.Store }

func (s statusStore) New() runtime.Object { return s.store.New() }
func (s statusStore) Destroy()            {}

func (s statusStore) Get(ctx context.Context, name string, options *metav1.GetOptions) (runtime.Object, error) {
	return s.store.Get(ctx, name, options)
}

func (s statusStore) Update(
	ctx context.Context, name string, updated rest.UpdatedObjectInfo, create rest.ValidateObjectFunc,
	update rest.ValidateObjectUpdateFunc, _ bool, options *metav1.UpdateOptions,
) (runtime.Object, bool, error) {
	return s.store.Update(ctx, name, updated, create, update, false, options)
}

func (s statusStore) GetResetFields() map[fieldpath.APIVersion]*fieldpath.Set {
	return s.store.GetResetFields()
}

func (s statusStore) ConvertToTable(ctx context.Context, object, options runtime.Object) (*metav1.Table, error) {
	return s.store.ConvertToTable(ctx, object, options)
}

// namespaceStore empties a namespace when it goes. A cluster has a controller for that, and finalizers.
type namespaceStore struct {
	store
	contents *[]*registry.Store
}

func (s namespaceStore) Delete(
	ctx context.Context, name string, validate rest.ValidateObjectFunc, options *metav1.DeleteOptions,
) (runtime.Object, bool, error) {
	object, gone, err := s.Store.Delete(ctx, name, validate, options)
	if err != nil || len(options.DryRun) > 0 {
		return object, gone, err
	}
	inside := request.WithNamespace(ctx, name)
	for _, content := range *s.contents {
		_, err := content.DeleteCollection(inside, rest.ValidateAllObjectFunc, &metav1.DeleteOptions{}, &internalversion.ListOptions{})
		if err != nil {
			return object, gone, err
		}
	}
	return object, gone, nil
}

func newStore(r resource, options generic.RESTOptionsGetter) (*registry.Store, error) {
	rules := newStrategy(r)
	result := &registry.Store{
		NewFunc:                   made(r.object),
		NewListFunc:               made(r.list),
		DefaultQualifiedResource:  r.group(),
		SingularQualifiedResource: schema.GroupResource{Group: r.version.Group, Resource: strings.ToLower(r.kind())},
		PredicateFunc: func(label labels.Selector, field fields.Selector) storage.SelectionPredicate {
			return storage.SelectionPredicate{Label: label, Field: field, GetAttrs: attributes}
		},
		CreateStrategy:      rules,
		UpdateStrategy:      rules,
		DeleteStrategy:      rules,
		ResetFieldsStrategy: rules,
		TableConvertor:      rest.NewDefaultTableConvertor(r.group()),
	}
	if r.plural == "events" {
		result.TTLFunc = func(runtime.Object, uint64, bool) (uint64, error) { return eventLifetimeSeconds, nil }
	}
	return result, result.CompleteWithOptions(&generic.StoreOptions{RESTOptions: options, AttrFunc: attributes})
}

// install gives the server every resource of the table.
func install(server *genericapiserver.GenericAPIServer, options generic.RESTOptionsGetter) error {
	contents := []*registry.Store{}
	storages := map[schema.GroupVersion]map[string]rest.Storage{}
	for _, r := range resources {
		made, err := newStore(r, options)
		if err != nil {
			return err
		}
		if storages[r.version] == nil {
			storages[r.version] = map[string]rest.Storage{}
		}
		storages[r.version][r.plural] = store{made, r.short}
		if r.namespaced {
			contents = append(contents, made)
		}
		if r.plural == "namespaces" {
			storages[r.version][r.plural] = namespaceStore{store{made, r.short}, &contents}
		}
		if r.hasStatus() {
			status, rules := *made, statusStrategy{newStrategy(r)}
			status.UpdateStrategy, status.ResetFieldsStrategy = rules, rules
			storages[r.version][r.plural+"/status"] = statusStore{&status}
		}
	}
	for _, version := range versions() {
		group := genericapiserver.NewDefaultAPIGroupInfo(version.Group, scheme, runtime.NewParameterCodec(scheme), codecs)
		group.VersionedResourcesStorageMap[version.Version] = storages[version]
		if err := installGroup(server, version.Group, &group); err != nil {
			return err
		}
	}
	return nil
}

func installGroup(server *genericapiserver.GenericAPIServer, name string, group *genericapiserver.APIGroupInfo) error {
	if name == "" {
		return server.InstallLegacyAPIGroup(genericapiserver.DefaultLegacyAPIPrefix, group)
	}
	return server.InstallAPIGroup(group)
}
