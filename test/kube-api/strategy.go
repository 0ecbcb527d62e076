package main

import (
	"context"
	"reflect"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/storage/names"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// strategy is what happens to an object of any kind before it is stored.
type strategy struct {
	runtime.ObjectTyper
	names.NameGenerator
	resource
}

func newStrategy(r resource) strategy {
	return strategy{ObjectTyper: scheme, NameGenerator: names.SimpleNameGenerator, resource: r}
}

func (s strategy) NamespaceScoped() bool { return s.namespaced }

// PrepareForCreate drops the status, which is written through its subresource only.
func (s strategy) PrepareForCreate(_ context.Context, object runtime.Object) {
	if s.hasStatus() {
		part(object, "Status").SetZero()
	}
	if accessor, err := meta.Accessor(object); err == nil && part(object, "Spec").IsValid() {
		accessor.SetGeneration(1)
	}
	if namespace, ok := object.(*corev1.Namespace); ok {
		defaultNamespace(namespace) // the name may have been generated
		namespace.Status.Phase = corev1.NamespaceActive
	}
}

// PrepareForUpdate keeps the status and counts the changes of the spec.
func (s strategy) PrepareForUpdate(_ context.Context, object, old runtime.Object) {
	if s.hasStatus() {
		part(object, "Status").Set(part(old, "Status"))
	}
	spec := part(object, "Spec")
	if !spec.IsValid() {
		return
	}
	after, _ := meta.Accessor(object)
	before, _ := meta.Accessor(old)
	after.SetGeneration(before.GetGeneration())
	if !equality.Semantic.DeepEqual(spec.Interface(), part(old, "Spec").Interface()) {
		after.SetGeneration(before.GetGeneration() + 1)
	}
}

func (s strategy) Validate(_ context.Context, object runtime.Object) field.ErrorList {
	accessor, _ := meta.Accessor(object)
	name := validation.NameIsDNSSubdomain
	switch s.version.Group {
	case rbacv1.GroupName: // system:something is a name here
		name = path.ValidatePathSegmentName
	}
	return validation.ValidateObjectMetaAccessor(accessor, s.namespaced, name, field.NewPath("metadata"))
}

func (s strategy) ValidateUpdate(_ context.Context, object, old runtime.Object) field.ErrorList {
	after, _ := meta.Accessor(object)
	before, _ := meta.Accessor(old)
	errors := validation.ValidateObjectMetaAccessorUpdate(after, before, field.NewPath("metadata"))
	switch o := object.(type) {
	case *corev1.Secret:
		errors = append(errors, validation.ValidateImmutableField(o.Type, old.(*corev1.Secret).Type, field.NewPath("type"))...)
	case *networkingv1.IngressClass:
		former := old.(*networkingv1.IngressClass).Spec.Controller
		errors = append(errors, validation.ValidateImmutableField(o.Spec.Controller, former, field.NewPath("spec", "controller"))...)
	}
	return errors
}

func (s strategy) WarningsOnCreate(context.Context, runtime.Object) []string { return nil }
func (s strategy) WarningsOnUpdate(context.Context, runtime.Object, runtime.Object) []string {
	return nil
}
func (s strategy) Canonicalize(runtime.Object)    {}
func (s strategy) AllowUnconditionalUpdate() bool { return true }
func (s strategy) AllowCreateOnUpdate() bool {
	return s.plural == "leases" || s.plural == "events"
}

// GetResetFields names what a writer through this door never owns.
func (s strategy) GetResetFields() map[fieldpath.APIVersion]*fieldpath.Set {
	if !s.hasStatus() {
		return nil
	}
	return s.reset("status")
}

func (r resource) reset(part string) map[fieldpath.APIVersion]*fieldpath.Set {
	return map[fieldpath.APIVersion]*fieldpath.Set{
		fieldpath.APIVersion(r.version.String()): fieldpath.NewSet(fieldpath.MakePathOrDie(part)),
	}
}

// statusStrategy is the same for a write to the status subresource.
type statusStrategy struct{ strategy }

// PrepareForUpdate takes nothing but the status from the writer.
func (s statusStrategy) PrepareForUpdate(_ context.Context, object, old runtime.Object) {
	accessor, _ := meta.Accessor(object)
	version, managers := accessor.GetResourceVersion(), accessor.GetManagedFields()
	status := reflect.ValueOf(part(object, "Status").Interface())
	reflect.ValueOf(object).Elem().Set(reflect.ValueOf(old.DeepCopyObject()).Elem())
	part(object, "Status").Set(status)
	accessor.SetResourceVersion(version)
	accessor.SetManagedFields(managers)
}

func (s statusStrategy) GetResetFields() map[fieldpath.APIVersion]*fieldpath.Set {
	return s.reset("spec")
}
