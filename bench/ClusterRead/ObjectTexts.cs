namespace Sluice.Bench.ClusterRead;

/// <summary>Objects as an API server writes them, with what helm, cert-manager and the built-in controllers leave in them.</summary>
internal static class ObjectTexts
{
    public const string Ingress = """
        {"kind":"Ingress","apiVersion":"networking.k8s.io/v1","metadata":{"name":"«name»","namespace":"«ns»","uid":"«uid»",
        "resourceVersion":"«version»","generation":2,"creationTimestamp":"2026-03-14T09:26:53Z",
        "labels":{"app.kubernetes.io/instance":"«name»","app.kubernetes.io/managed-by":"Helm","app.kubernetes.io/name":"web","app.kubernetes.io/version":"1.27.3","helm.sh/chart":"web-4.2.0"},
        "annotations":{"cert-manager.io/cluster-issuer":"letsencrypt","meta.helm.sh/release-name":"«name»","meta.helm.sh/release-namespace":"«ns»","nginx.ingress.kubernetes.io/proxy-body-size":"16m","nginx.ingress.kubernetes.io/ssl-redirect":"true",
        "kubectl.kubernetes.io/last-applied-configuration":"{\"apiVersion\":\"networking.k8s.io/v1\",\"kind\":\"Ingress\",\"metadata\":{\"annotations\":{\"cert-manager.io/cluster-issuer\":\"letsencrypt\",\"nginx.ingress.kubernetes.io/proxy-body-size\":\"16m\"},\"name\":\"«name»\",\"namespace\":\"«ns»\"},\"spec\":{\"ingressClassName\":\"sluice\",\"rules\":[{\"host\":\"«name».example.com\",\"http\":{\"paths\":[{\"backend\":{\"service\":{\"name\":\"«name»\",\"port\":{\"name\":\"http\"}}},\"path\":\"/\",\"pathType\":\"Prefix\"}]}}]}}\n"},
        "managedFields":[{"manager":"helm","operation":"Update","apiVersion":"networking.k8s.io/v1","time":"2026-03-14T09:26:53Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:cert-manager.io/cluster-issuer":{},"f:kubectl.kubernetes.io/last-applied-configuration":{},"f:meta.helm.sh/release-name":{},"f:meta.helm.sh/release-namespace":{},"f:nginx.ingress.kubernetes.io/proxy-body-size":{},"f:nginx.ingress.kubernetes.io/ssl-redirect":{}},"f:labels":{".":{},"f:app.kubernetes.io/instance":{},"f:app.kubernetes.io/managed-by":{},"f:app.kubernetes.io/name":{},"f:app.kubernetes.io/version":{},"f:helm.sh/chart":{}}},"f:spec":{"f:ingressClassName":{},"f:rules":{},"f:tls":{}}}},
        {"manager":"sluice","operation":"Apply","apiVersion":"networking.k8s.io/v1","time":"2026-03-14T09:27:11Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:loadBalancer":{"f:ingress":{}}}},"subresource":"status"}]},
        "spec":{"ingressClassName":"sluice","tls":[{"hosts":["«name».example.com"],"secretName":"«name»-tls"}],"rules":[{"host":"«name».example.com","http":{"paths":[
        {"path":"/","pathType":"Prefix","backend":{"service":{"name":"«name»","port":{"name":"http"}}}},{"path":"/api/v2","pathType":"Prefix","backend":{"service":{"name":"«name»","port":{"number":80}}}}]}}]},
        "status":{"loadBalancer":{"ingress":[{"ip":"«published»"}]}}}
        """;

    public const string Service = """
        {"kind":"Service","apiVersion":"v1","metadata":{"name":"«name»","namespace":"«ns»","uid":"«uid»","resourceVersion":"«version»","creationTimestamp":"2026-03-14T09:26:53Z",
        "labels":{"app.kubernetes.io/instance":"«name»","app.kubernetes.io/managed-by":"Helm","app.kubernetes.io/name":"web","app.kubernetes.io/version":"1.27.3","helm.sh/chart":"web-4.2.0"},
        "annotations":{"meta.helm.sh/release-name":"«name»","meta.helm.sh/release-namespace":"«ns»"},
        "managedFields":[{"manager":"helm","operation":"Update","apiVersion":"v1","time":"2026-03-14T09:26:53Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:meta.helm.sh/release-name":{},"f:meta.helm.sh/release-namespace":{}},"f:labels":{".":{},"f:app.kubernetes.io/instance":{},"f:app.kubernetes.io/managed-by":{},"f:app.kubernetes.io/name":{},"f:app.kubernetes.io/version":{},"f:helm.sh/chart":{}}},"f:spec":{"f:internalTrafficPolicy":{},"f:ports":{".":{},"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}},"f:selector":{},"f:sessionAffinity":{},"f:type":{}}}}]},
        "spec":{"ports":[{"name":"http","protocol":"TCP","port":80,"targetPort":"http"}],"selector":{"app.kubernetes.io/instance":"«name»","app.kubernetes.io/name":"web"},"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"],"type":"ClusterIP","sessionAffinity":"None","ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","internalTrafficPolicy":"Cluster"},
        "status":{"loadBalancer":{}}}
        """;

    public const string Endpoint = """
        {"addresses":["«address»"],"conditions":{"ready":true,"serving":true,"terminating":false},"targetRef":{"kind":"Pod","namespace":"«ns»","name":"«name»-7d9c5b8f6d-«pod»","uid":"«podUid»"},"nodeName":"ip-10-0-«node».eu-central-1.compute.internal","zone":"eu-central-1«zone»"}
        """;

    public const string EndpointSlice = """
        {"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1","metadata":{"name":"«slice»","generateName":"«name»-","namespace":"«ns»","uid":"«uid»","resourceVersion":"«version»","generation":7,"creationTimestamp":"2026-03-14T09:26:53Z",
        "labels":{"app.kubernetes.io/instance":"«name»","app.kubernetes.io/managed-by":"Helm","app.kubernetes.io/name":"web","endpointslice.kubernetes.io/managed-by":"endpointslice-controller.k8s.io","helm.sh/chart":"web-4.2.0","kubernetes.io/service-name":"«name»"},
        "annotations":{"endpoints.kubernetes.io/last-change-trigger-time":"2026-03-14T09:26:53Z"},
        "ownerReferences":[{"apiVersion":"v1","kind":"Service","name":"«name»","uid":"«uid»","controller":true,"blockOwnerDeletion":true}],
        "managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"discovery.k8s.io/v1","time":"2026-03-14T09:26:53Z","fieldsType":"FieldsV1","fieldsV1":{"f:addressType":{},"f:endpoints":{},"f:metadata":{"f:annotations":{".":{},"f:endpoints.kubernetes.io/last-change-trigger-time":{}},"f:generateName":{},"f:labels":{".":{},"f:app.kubernetes.io/instance":{},"f:app.kubernetes.io/managed-by":{},"f:app.kubernetes.io/name":{},"f:endpointslice.kubernetes.io/managed-by":{},"f:helm.sh/chart":{},"f:kubernetes.io/service-name":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"5ab6d9f0-0000-4000-8000-000000000000\"}":{}}},"f:ports":{}}}]},
        "addressType":"IPv4","endpoints":[«endpoints»],"ports":[{"name":"http","port":8080,"protocol":"TCP"}]}
        """;

    public const string Secret = """
        {"kind":"Secret","apiVersion":"v1","metadata":{"name":"«name»-tls","namespace":"«ns»","uid":"«uid»","resourceVersion":"«version»","creationTimestamp":"2026-03-14T09:26:53Z",
        "labels":{"controller.cert-manager.io/fao":"true"},
        "annotations":{"cert-manager.io/alt-names":"«name».example.com","cert-manager.io/certificate-name":"«name»-tls","cert-manager.io/common-name":"«name».example.com","cert-manager.io/ip-sans":"","cert-manager.io/issuer-group":"cert-manager.io","cert-manager.io/issuer-kind":"ClusterIssuer","cert-manager.io/issuer-name":"letsencrypt","cert-manager.io/uri-sans":""},
        "managedFields":[{"manager":"cert-manager-certificates-issuing","operation":"Apply","apiVersion":"v1","time":"2026-03-14T09:26:53Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:tls.crt":{},"f:tls.key":{}},"f:metadata":{"f:annotations":{"f:cert-manager.io/alt-names":{},"f:cert-manager.io/certificate-name":{},"f:cert-manager.io/common-name":{},"f:cert-manager.io/ip-sans":{},"f:cert-manager.io/issuer-group":{},"f:cert-manager.io/issuer-kind":{},"f:cert-manager.io/issuer-name":{},"f:cert-manager.io/uri-sans":{}},"f:labels":{"f:controller.cert-manager.io/fao":{}}},"f:type":{}}}]},
        "data":{"tls.crt":"«certificate»","tls.key":"«key»"},"type":"kubernetes.io/tls"}
        """;

    public const string IngressClass = """
        {"kind":"IngressClass","apiVersion":"networking.k8s.io/v1","metadata":{"name":"sluice","uid":"«uid»","resourceVersion":"«version»","generation":1,"creationTimestamp":"2026-03-14T09:26:53Z"},"spec":{"controller":"sluice.dev/ingress-controller"}}
        """;
}
