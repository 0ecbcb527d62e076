using Sluice.Controller.Manifests;
using Sluice.Core.Haproxy;
using Sluice.Core.Translation;

namespace Sluice.Controller;

/// <summary>Prints what a folder of manifests means to HAProxy, without any HAProxy.</summary>
internal static class RenderCommand
{
    public static int Run(string folder, string config)
    {
        try
        {
            var settings = new ControllerSettings { Manifests = folder, Haproxy = "", StateDir = "/run/sluice", Config = config };
            var layout = settings.Layout;
            var selfSigned = SelfSignedCertificate.Create(DateTimeOffset.UtcNow);
            var translation = Translator.Translate(new FolderWatch(folder).ReadAll(), settings.TranslationOptions(selfSigned));
            Print(Renderer.Render(translation.Model, layout), layout);
            foreach (var finding in translation.Findings)
            {
                Console.Error.WriteLine(finding);
            }

            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            Console.Error.WriteLine($"sluice: {e.Message}");
            return 1;
        }
    }

    private static void Print(HaproxyState state, Layout layout)
    {
        var files = new List<(string Name, string Text)>
        {
            (layout.ProgramFile, StateText.Program(state)),
            (layout.BackendsFile, StateText.Backends(state)),
            (layout.CertificateList, StateText.CertificateList(state, layout)),
        };
        files.AddRange(Enum.GetValues<MapName>().Select(map => (layout.MapFile(map), StateText.Map(state, map).Replace("\u0001", "<01>", StringComparison.Ordinal))));
        foreach (var (name, text) in files.Where(file => file.Text.Length > 0))
        {
            Console.WriteLine($"# ---- {name}");
            Console.WriteLine(text);
        }
    }
}
