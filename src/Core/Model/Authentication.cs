using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Values;

namespace Sluice.Core.Model;

/// <summary>How the clients of a route prove who they are, which the agent checks.</summary>
public abstract record Authentication
{
    private Authentication()
    {
    }

    /// <summary>By a name and a password (RFC 7617).</summary>
    /// <param name="Realm">What they are for: printable ASCII without quotes and '\'.</param>
    /// <param name="Users">Who may come.</param>
    public sealed record Basic(string Realm, AgentData Users) : Authentication;

    /// <summary>By what somebody else says.</summary>
    /// <param name="Request">How they are asked.</param>
    /// <param name="Copied">The headers of the answer that the request gets, in place of what the client sent; in lower case.</param>
    /// <param name="SignIn">Where clients are sent instead of a 401; null if they are not.</param>
    public sealed record External(AgentData Request, EquatableArray<string> Copied, string? SignIn) : Authentication;

    /// <summary>By a token (RFC 7519).</summary>
    /// <param name="Rules">Which tokens are good.</param>
    /// <param name="Copied">The headers that the request gets from the token, in place of what the client sent; in lower case.</param>
    public sealed record Token(AgentData Rules, EquatableArray<string> Copied) : Authentication;
}

/// <summary>What the agent has to know for a policy: text of one byte a character (Latin-1), and a name that is made from it.</summary>
public sealed class AgentData(Sensitive content) : IEquatable<AgentData>
{
    private const int DigitsOfName = 32;

    public Sensitive Content { get; } = content;

    /// <summary>32 hexadecimal digits.</summary>
    public string Name { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(content.Reveal)))[..DigitsOfName];

    /// <summary>Whether text is the name of such data. It becomes the name of a file.</summary>
    public static bool IsName(string text) => text.Length == DigitsOfName && text.All(char.IsAsciiHexDigitLower);

    public bool Equals(AgentData? other) => other is not null && other.Name == Name;

    public override bool Equals(object? obj) => Equals(obj as AgentData);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name;
}
