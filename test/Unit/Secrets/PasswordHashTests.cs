using System.Text;
using Sluice.Core.Credentials;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Secrets;

/// <summary>Hashes of passwords, as glibc, libxcrypt and OpenSSL computed them, and the Secrets that hold them.</summary>
public sealed class PasswordHashTests
{
    private const string Long = "a very much longer text to encrypt.  This one even stretches over morethan one line.";

    [Theory]
    [InlineData("Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5")]
    [InlineData("", "$5$saltstring$FdNfA4gXqvCeO6iZs7G/.wwwoywYZqo0l1pwmfWaBA7")]
    [InlineData(Long, "$5$saltstring$GyTEZtFuSijnDwgZAdeQeFYSkAzF3f3QpZGhkJUrWWD")]
    [InlineData("Hello world!", "$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA")]
    [InlineData("pässwörd", "$5$rounds=10000$saltstringsaltst$DhrNEPcQkZDZ6VvdYAHemPCfpSK.0kkrNtG/Y1wLlfD")]
    [InlineData("Hello world!", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1")]
    [InlineData("", "$6$saltstring$kyGrqt6gmjAdtFLPrflEFifSYLCWWq1pyx95SvqinLDy2UHmj0sTF0MSLMwxPFZc3tu5kQckI8fks0zOPda3n1")]
    [InlineData(Long, "$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1")]
    [InlineData("pässwörd", "$6$rounds=1400$anotherlongsalts$PvxoJTmXveDTqoAtKdjfDTb9839NNbMeeVHeMRky7zZhRx5UG3mQfg9LT5cbklRT5ZxC6sJXmSNiHCq.mEK4y/")]
    [InlineData("Hello world!", "$1$abcdefgh$fzmjzFdo5nMtBG8gtud5e0")]
    [InlineData("", "$1$abcdefgh$M55TzYaaccxVGbptZWaxX/")]
    [InlineData(Long, "$1$abcdefgh$j37CHvGkiOEUvY/w0I4gw1")]
    [InlineData("pässwörd", "$1$abcdefgh$xYuxUFvxUOR4Pd6a7EeUS0")]
    [InlineData("Hello world!", "$apr1$abcdefgh$Unf1zc.jsgCbBQDCL104q.")]
    [InlineData("abc", "$apr1$x$zyYenGzi6qOcLJFJhQKOI/")]
    [InlineData("abc", "{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=")]
    public void A_password_has_the_hash_that_others_compute_and_no_other(string password, string text)
    {
        var hash = PasswordHash.TryParse(text, out _);

        Assert.NotNull(hash);
        Assert.True(hash.Matches(Encoding.UTF8.GetBytes(password)));
        Assert.False(hash.Matches(Encoding.UTF8.GetBytes(password + "x")));
        Assert.False(hash.Matches(Encoding.UTF8.GetBytes(password + "\0")));
        Assert.DoesNotContain(text[^8..], hash.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password", "mskYxuygva2Ys")]
    [InlineData("a", "..4/MD05HLWjI")]
    [InlineData("", "abmF1QH4PEr.E")]
    [InlineData("longer-t", "zZ8lU6vMM1MEI")]
    [InlineData("longer-than-eight", "zZ8lU6vMM1MEI")]
    [InlineData("päss", "k9Fk8AhckiZ4s")]
    public void Of_the_oldest_hash_only_the_first_eight_characters_count(string password, string text)
    {
        var hash = PasswordHash.TryParse(text, out _);
        Assert.Equal(HashKind.DesCrypt, hash?.Kind);
        Assert.True(hash!.Matches(Encoding.UTF8.GetBytes(password)));
        Assert.False(hash.Matches(Encoding.UTF8.GetBytes("x" + password)));
    }

    [Theory]
    [InlineData("$2y$05$abcdefghijklmnopqrstuu7nFISH/8YdwlXD3lw69A4iBUf6fvWAW", null)]
    [InlineData("$2y$15$abcdefghijklmnopqrstuu7nFISH/8YdwlXD3lw69A4iBUf6fvWAW", "a cost above 14")]
    [InlineData("$5$rounds=999$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", "rounds")]
    [InlineData("$5$rounds=500001$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", "rounds")]
    [InlineData("$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc", "no hash that is known")]
    [InlineData("secret", "no hash that is known")]
    [InlineData(":secret", "no hash that is known")]
    [InlineData("{PLAIN}secret", "no hash that is known")]
    [InlineData("", "no hash that is known")]
    public void What_cannot_be_used_is_told_without_its_text(string text, string? expected)
    {
        var hash = PasswordHash.TryParse(text, out var problem);

        Assert.Equal(expected is null, hash is not null);
        Assert.Contains(expected ?? "", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Secret_holds_users_in_keys_or_lines_and_comes_back_from_its_text()
    {
        var secret = new Dictionary<string, Sensitive>
        {
            ["auth"] = new("# staff\njoe:$1$abcdefgh$Kn5qrjcQzV7oAHBJ23Cu3/\r\n\nnobody\nann:secret\njoe:{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=\n"),
            ["bob"] = new("{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=\n"),
            ["eve"] = new("secret"),
        };
        var problems = new List<string>();
        var list = UserList.Read(secret.ToEquatableMap(), problems);

        Assert.Equal(["bob", "joe"], list.Users.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(HashKind.Md5Crypt, list.Users["joe"].Kind);
        Assert.Equal(["key auth, line 4", "key auth, line 5", "key auth, line 6", "key eve"], problems.Select(problem => problem[..problem.IndexOf(": ", StringComparison.Ordinal)]));
        Assert.DoesNotContain(problems, problem => problem.Contains("secret", StringComparison.Ordinal));
        Assert.Equal(list.ToText(), UserList.Parse(list.ToText())?.ToText());
        Assert.Null(UserList.Parse("tokens 1\n"));
    }

    [Fact]
    public void A_key_auth_without_a_colon_is_a_user()
    {
        var secret = new Dictionary<string, Sensitive> { ["auth"] = new("{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=") };

        Assert.Equal(["auth"], UserList.Read(secret.ToEquatableMap(), []).Users.Keys);
    }

    [Theory]
    [InlineData("Basic am9lOnNlY3JldA==", "joe", "secret")]
    [InlineData("bAsIc  am9lOjo=", "joe", ":")]
    [InlineData("Basic am9lOg==", "joe", "")]
    [InlineData("Basic am9lOnNlY3JldA", null, null)]
    [InlineData("Basic am9l", null, null)]
    [InlineData("Basic OnNlY3JldA==", null, null)]
    [InlineData("Basic am9lOgA=", null, null)]
    [InlineData("Bearer am9lOnNlY3JldA==", null, null)]
    [InlineData("Basic", null, null)]
    public void Credentials_are_read_from_their_header(string header, string? user, string? password)
    {
        var credentials = BasicCredentials.Parse(header);

        Assert.Equal(user, credentials?.User);
        Assert.Equal(password, credentials is null ? null : Encoding.UTF8.GetString(credentials.Password.Span));
    }
}
