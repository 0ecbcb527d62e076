namespace Sluice.Behaviour.Harness;

/// <summary>An authority whose key, of DSA with 1,024 bits, OpenSSL at its usual level of security refuses. Our own checks let DSA pass.</summary>
internal static class OldAuthority
{
    public const string Certificate = """
        -----BEGIN CERTIFICATE-----
        MIIC1DCCAoGgAwIBAgIUeTjYZx8n5eHAgCO4xHIN1jDuxa0wCwYJYIZIAWUDBAMC
        MA4xDDAKBgNVBAMMA29sZDAgFw0yNjExMjcxNzIxNDdaGA8yMTI2MTEwMzE3MjE0
        N1owDjEMMAoGA1UEAwwDb2xkMIIBvjCCATMGByqGSM44BAEwggEmAoGBALTU5fXo
        vKhat/yVkoAVm3J3XAc8YjZcyBhWQPBl4DN4yJn7vUTV2bhi2dpvDoNy9+2uSL07
        LdF3YI9z1aSeZSp3NWLLT5UPrRYDK5RXTMP4KsrX8aDKSFRzoNALcdE3KB4Rwerp
        uAZFBmhm3XeJzNgf9sc7+S9+rzWnvlafvP5PAh0AvK6bd+kU/nQI91DLXi+Y1TkE
        Hjjb0o+ziye94QKBgCRI8bck4dVkVtLV8gegmGLW3wkONrRfBXCbA0t93HSdSvPP
        CeWipmNHS7CnBcgy1SIbArJ44f0ylPsLJzJqAxpxspS1ZlrqZkuokmGduAsjDYQL
        TIik9SR6Ikh3UwZqz9C7FrKmTXbBhThhOTruVBju+64MCE3LaEL42v667uRkA4GE
        AAKBgDyavqzgbcJOX6BYfIvIcs1Zef0ZJcQ6HnmtyL03a56WrDQ8JpR6Pnt6AYKh
        Z9PE6zG8ELeeIZfIZKZcjKupzU8aRkOv2auocfJUrs4Z4NVZLiA+oVLptzZV8yUV
        c1bvtn+VhpNsOrDWB3c2m9CdPTIo4je2A6hHt68vaJvM+7WHo1MwUTAdBgNVHQ4E
        FgQUdC1Ppr3CSRfDe/FHd2pN3kUOAYIwHwYDVR0jBBgwFoAUdC1Ppr3CSRfDe/FH
        d2pN3kUOAYIwDwYDVR0TAQH/BAUwAwEB/zALBglghkgBZQMEAwIDQAAwPQIcOK9Q
        no4MSeOG3LC6zhMVfCAyzesPBjmOCMLf+wIdAJ4q81b//4FCbiGUcqCvtphE13Yb
        6bRxjzbkOrU=
        -----END CERTIFICATE-----
        """;
}
