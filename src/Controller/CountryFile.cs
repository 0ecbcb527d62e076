using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Controller.Manifests;
using Sluice.Core.Haproxy;

namespace Sluice.Controller;

/// <summary>
/// The operator's database of countries: read at start and when it changes, and written as a map beside HAProxy's other
/// files. One that cannot be read leaves the former one in use; without any, nobody's country is known.
/// </summary>
/// <param name="path">Where the database is; empty for none.</param>
/// <param name="map">Where the map is to be.</param>
/// <param name="interval">How often to look whether it changed.</param>
/// <param name="log">Where to tell it.</param>
public sealed class CountryFile(string path, string map, TimeSpan interval, ILogger<CountryFile> log)
{
    // The largest in use, of cities and more, are half of it. It is read as a whole.
    private const long LargestFile = 256L << 20;

    private FileStamp? seen;
    private string? complaint;
    private volatile string? version;

    /// <summary>Which database is in use; null for none.</summary>
    public string? Version => version;

    /// <summary>Reads a database: in MaxMind's format if it is named so, else lines of text. Returns it as a map.</summary>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public static string Load(string path)
    {
        if (!path.EndsWith(".mmdb", StringComparison.OrdinalIgnoreCase))
        {
            return CountryMap.Parse(File.ReadLines(path, Encoding.Latin1));
        }

        return new FileInfo(path).Length <= LargestFile
            ? CountryDatabase.Parse(File.ReadAllBytes(path))
            : throw new InvalidDataException($"it is larger than {LargestFile >> 20} MB");
    }

    /// <summary>Reads the database if it is not as it was seen last. Returns true if another one is in use now.</summary>
    public bool Read()
    {
        try
        {
            var stamp = path.Length > 0 ? FileStamp.Of(path, File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path) : null;
            if (path.Length == 0 || (stamp is not null && stamp == seen))
            {
                return false;
            }

            var text = Load(path);
            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))[..16];
            Write(text);
            (seen, complaint) = (stamp, null);
            var isNew = digest != version;
            version = digest;
            log.CountriesRead(path, text.AsSpan().Count('\n') - 1);
            return isNew;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            if (complaint != e.Message)
            {
                complaint = e.Message;
                log.CountriesNotRead(path, e.Message, version is null ? "nobody's country is known" : "the former one stays in use");
            }

            return false;
        }
    }

    /// <summary>Looks again and again, and calls <paramref name="changed"/> when another database is in use.</summary>
    public async Task RunAsync(Action changed, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval);
        while (await timer.WaitForNextTickAsync(stop))
        {
            if (Read())
            {
                changed();
            }
        }
    }

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(map)!);
        File.WriteAllText(map + ".new", text, Encoding.ASCII);
        File.Move(map + ".new", map, overwrite: true);
    }
}
