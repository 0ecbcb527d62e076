using System.Runtime.Versioning;

// HAProxy and its sockets are the subject; there is nothing to test elsewhere.
[assembly: SupportedOSPlatform("linux")]
