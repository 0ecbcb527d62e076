namespace Sluice.Core.Haproxy;

/// <summary>What was wrong, told by the command that mends it.</summary>
public static class RepairText
{
    public static string Of(RuntimeCommand repair)
    {
        var text = repair switch
        {
            RuntimeCommand.AddMapEntry add => $"the entry {add.Entry.Key} of the map {add.Entry.Map} was missing",
            RuntimeCommand.SetMapEntry set => $"the entry {set.Entry.Key} of the map {set.Entry.Map} had another value",
            RuntimeCommand.RemoveMapEntry remove => $"the map {remove.Map} had an entry {remove.Key} too many",
            RuntimeCommand.ReplaceRegexes => "the regular expressions were others",
            RuntimeCommand.AddBackend add => $"the backend {add.Backend} was missing",
            RuntimeCommand.PublishBackend publish => $"the backend {publish.Backend} took no requests",
            RuntimeCommand.RetireBackend retire => $"there was a backend {retire.Backend}",
            RuntimeCommand.AddServer add => $"the server {add.Backend}/{add.Server.Name} was missing",
            RuntimeCommand.ReviveServer revive => $"the server {revive.Backend}/{revive.Server.Name} was not ready",
            RuntimeCommand.SetWeight set => $"the server {set.Backend}/{set.Server} had another weight",
            RuntimeCommand.SetAddress set => $"the server {set.Backend}/{set.Server.Name} had another address",
            RuntimeCommand.RetireServer retire => $"there was a server {retire.Backend}/{retire.Server}",
            RuntimeCommand.LimitServer limit => $"the server {limit.Backend}/{limit.Server} had another limit of connections",
            RuntimeCommand.SetUp up => $"the server {up.Backend}/{up.Server} was declared to be down",
            RuntimeCommand.EnableChecks enable => $"the server {enable.Backend}/{enable.Server} was not checked",
            RuntimeCommand.SetTls { IsTls: var isTls } tls => $"the server {tls.Backend}/{tls.Server} was spoken to {(isTls ? "without" : "over")} TLS",
            RuntimeCommand.SetCheckPort set => $"the server {set.Backend}/{set.Server.Name} was checked at another port",
            RuntimeCommand.SetAgentAddress set => $"the agent of the server {set.Backend}/{set.Server.Name} was looked for elsewhere",
            RuntimeCommand.EndDraining => "the health port said that HAProxy was about to end",
            RuntimeCommand.EnableFrontend enable => $"the frontend {enable.Frontend} was disabled",
            RuntimeCommand.LimitFrontend limit => $"the frontend {limit.Frontend} had another limit of connections",
            RuntimeCommand.RestoreConnectionLimit => "the limit of connections was another",
            RuntimeCommand.RemoveRateLimit remove => $"there was a rate limit of {remove.Limit}",
            RuntimeCommand.AddCertificate add => $"the certificate {add.Entry.Name} was missing",
            RuntimeCommand.RemoveCertificate remove => $"there was a certificate {remove.Name}",
            RuntimeCommand.ReplaceCertificate replace => $"{replace.File} was another certificate",
            RuntimeCommand.ReplaceDefaultCertificate => "the default certificate was another",
            RuntimeCommand.AbortCertificate abort => $"a replacement of {abort.File} was begun",
            RuntimeCommand.AddPemFile add => $"the file {add.File.Name} was missing",
            RuntimeCommand.ReplacePemFile replace => $"the file {replace.File.Name} was another",
            RuntimeCommand.AbortAuthorities abort => $"a change of {abort.Path} was begun",
            RuntimeCommand.UnlistCertificate unlist => $"{unlist.File} was listed otherwise, or should not have been",
            RuntimeCommand.ForgetCertificate forget => $"there was a certificate {forget.File}",
            _ => repair.GetType().Name,
        };
        return string.Concat(text.Where(character => !char.IsControl(character)));
    }
}
