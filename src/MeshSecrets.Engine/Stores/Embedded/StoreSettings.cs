using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// What <c>store.json</c> holds. A plain checksum tells damage from a wrong passphrase; a code made with the store key
/// tells an alteration that somebody took pains with.
/// </summary>
internal sealed record StoreSettings
{
    internal const string FileName = "store.json";
    internal const int CurrentFormat = 1;
    internal const int DefaultVersionsKept = 10;
    internal const int MaxVersionsKept = 1000;

    public required int Format { get; init; }

    public required string Id { get; init; }

    /// <summary>Whether the first commit was made; until then, no segment need be there.</summary>
    public required bool Ready { get; init; }

    public required int VersionsKept { get; init; }

    public required StoreProtector Protector { get; init; }

    public string Checksum { get; init; } = "";

    public string Mac { get; init; } = "";

    [JsonIgnore]
    internal StoreId StoreId { get; private init; }

    internal static StoreSettings Create(StoreId id, int versionsKept, StoreProtector protector) => new()
    {
        Format = CurrentFormat,
        Id = id.ToString(),
        StoreId = id,
        Ready = false,
        VersionsKept = versionsKept,
        Protector = protector,
    };

    /// <summary>Reads and checks the file, as far as that goes without the key.</summary>
    /// <exception cref="MeshException"><c>StoreNotFound</c>, <c>StoreFormatUnknown</c>, <c>StoreSettingsAltered</c>.</exception>
    internal static StoreSettings Read(string path)
    {
        byte[] json = ReadFile(path);
        try
        {
            StoreSettings settings = JsonSerializer.Deserialize(json, StoreJson.Default.StoreSettings) ?? throw new JsonException();
            if (settings.Format != CurrentFormat)
            {
                throw StoreErrors.FormatUnknown(path, settings.Format);
            }

            bool sound = StoreId.TryParse(settings.Id, out StoreId id)
                && settings.VersionsKept is >= 1 and <= MaxVersionsKept
                && settings.Protector.IsWellFormed
                && settings.Checksum == settings.ComputeChecksum();
            return sound ? settings with { StoreId = id } : throw StoreErrors.SettingsAltered(path);
        }
        catch (JsonException exception)
        {
            throw StoreErrors.SettingsAltered(path, exception);
        }
    }

    /// <summary>Replaces the file.</summary>
    internal void Write(string path, StoreKeys keys, DurableFiles files)
    {
        StoreSettings signed = this with { Checksum = ComputeChecksum(), Mac = ComputeMac(keys) };
        files.Replace(path, JsonSerializer.SerializeToUtf8Bytes(signed, StoreJson.Default.StoreSettings));
    }

    internal bool IsAuthentic(StoreKeys keys) => Mac == ComputeMac(keys);

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw StoreErrors.StoreNotFound(Path.GetDirectoryName(path)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.ReadFailed(exception, path);
        }
    }

    private string ComputeChecksum() => Convert.ToHexStringLower(SHA256.HashData(Content()));

    private string ComputeMac(StoreKeys keys) => Convert.ToHexStringLower(HMACSHA256.HashData(keys.Settings, Content()));

    private byte[] Content()
    {
        using RecordWriter writer = new(512);
        writer.Int32(Format);
        writer.Text(Id);
        writer.Byte(Ready ? (byte)1 : (byte)0);
        writer.Int32(VersionsKept);
        Protector.Write(writer);
        return writer.Written.ToArray();
    }
}
