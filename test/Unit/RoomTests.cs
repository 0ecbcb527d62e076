using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Sluice.Unit;

/// <summary>Who may use whom in src/Core, and where certain texts may stand.</summary>
public sealed partial class RoomTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Values"] = [],
        ["Model"] = ["Values"],
        ["Spop"] = [],
        ["Credentials"] = ["Values"],
        ["Annotations"] = ["Values", "Model"],
        ["Resources"] = ["Values"],
        ["Translation"] = ["Values", "Model", "Annotations", "Resources", "Credentials"],
        ["Haproxy"] = ["Values", "Model"],
    };

    private static readonly string Source = Path.Join(Golden.Root, "src");

    private static readonly string Core = Path.Join(Source, "Core");

    [Fact]
    public void Every_room_uses_only_the_rooms_it_may()
    {
        var uses = from room in MayUse.Keys
                   from file in Files(Path.Join(Core, room))
                   from Match match in Room().Matches(File.ReadAllText(file))
                   let used = match.Groups["room"].Value
                   where used != room && !MayUse[room].Contains(used)
                   select $"{Path.GetRelativePath(Core, file)} uses {used}";
        Assert.Empty(uses);
    }

    [Fact]
    public void Every_file_of_core_is_in_a_room_and_says_so() =>
        Assert.All(Files(Core), file =>
        {
            var room = Path.GetRelativePath(Core, file).Split(Path.DirectorySeparatorChar)[0];
            Assert.Contains(room, MayUse.Keys);
            Assert.Contains($"namespace Sluice.Core.{room}", File.ReadAllText(file), StringComparison.Ordinal);
        });

    [Fact]
    public void Core_needs_no_packages_and_no_other_project()
    {
        var project = XDocument.Load(Path.Join(Core, "Core.csproj"));
        Assert.DoesNotContain(project.Descendants(), element => element.Name.LocalName is "PackageReference" or "ProjectReference" or "FrameworkReference");
        Assert.All(
            typeof(Sluice.Core.Translation.Translator).Assembly.GetReferencedAssemblies(),
            assembly => Assert.StartsWith("System.", assembly.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_prefixes_of_annotations_stand_only_where_settings_are_declared()
    {
        var places = from file in Files(Source)
                     where !file.StartsWith(Path.Join(Core, "Annotations"), StringComparison.Ordinal)
                     from line in File.ReadLines(file)
                     where Prefix().IsMatch(line) && !line.Contains("const string ControllerName", StringComparison.Ordinal)
                     select $"{Path.GetRelativePath(Source, file)}: {line.Trim()}";
        Assert.Empty(places);
    }

    [Fact]
    public void No_source_file_is_longer_than_300_lines() =>
        Assert.Empty(Files(Source).Where(file => File.ReadLines(file).Count() > 300).Select(file => Path.GetRelativePath(Source, file)));

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories);

    [GeneratedRegex(@"\bSluice\.Core\.(?<room>[A-Za-z]+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Room();

    [GeneratedRegex(@"sluice\.dev/|haproxy\.org/|nginx\.ingress\.kubernetes\.io/|haproxy-ingress\.github\.io/", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Prefix();
}
