using System.Text;
using Sluice.Controller.Manifests;
using Sluice.Core.Resources;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Manifests;

/// <summary>Manifests for tests, and short ways to read them.</summary>
internal static class Manifest
{
    public static ResourceRef Ref(string kind, string name, string scope = "default") => new(kind, new NamespacedName(scope, name));

    public static NamespacedName Id(string name, string scope = "default") => new(scope, name);

    public static string Ingress(string name, string host = "shop.example.com", string port = "80") =>
        $$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: {{name}}
        spec:
          rules:
            - host: {{host}}
              http:
                paths:
                  - path: /
                    pathType: Prefix
                    backend:
                      service:
                        name: web
                        port:
                          number: {{port}}

        """;

    /// <summary>Reads one object; the text begins at line 1.</summary>
    public static ManifestFile Read(string text, string name = "a.yaml") => ManifestFile.Read(name, "dir/" + name, Encoding.UTF8.GetBytes(text), null);

    public static T Decode<T>(string text)
        where T : Resource
    {
        var file = Read(text);
        Assert.Empty(file.Findings);
        return Assert.IsType<T>(Assert.Single(file.Objects).Resource);
    }

    public static Finding Finding(string text, string name = "a.yaml")
    {
        var file = Read(text, name);
        Assert.Empty(file.Objects);
        return Assert.Single(file.Findings);
    }

    public static void Put(this ManifestFolder folder, string file, string text) => folder.Put(file, folder.Parse(file, Encoding.UTF8.GetBytes(text)));

    public static ClusterSnapshot Snapshot(this ManifestFolder folder) => folder.Snapshot(DateTimeOffset.UnixEpoch);
}
