namespace MeshSecrets.Certificates.Der;

/// <summary>The tags of X.690 that certificates use.</summary>
internal static class DerTag
{
    internal const byte Boolean = 0x01;
    internal const byte Integer = 0x02;
    internal const byte BitString = 0x03;
    internal const byte OctetString = 0x04;
    internal const byte Oid = 0x06;
    internal const byte UtcTime = 0x17;
    internal const byte GeneralizedTime = 0x18;
    internal const byte Sequence = 0x30;
    internal const byte Set = 0x31;

    /// <summary>A primitive value with a context-specific tag.</summary>
    internal static byte Context(int number) => (byte)(0x80 | number);

    /// <summary>A constructed value with a context-specific tag.</summary>
    internal static byte ContextConstructed(int number) => (byte)(0xA0 | number);
}
