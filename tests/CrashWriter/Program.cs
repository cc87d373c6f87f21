using System.Globalization;
using System.Text;
using MeshSecrets;
using MeshSecrets.CrashWriter;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Embedded;

// crashwriter write <store> <key folder> <first number>: writes until it is killed, a line for each durable write.
// crashwriter increment <store> <key folder> <times>: adds to one secret by compare-and-swap.
CancellationToken none = CancellationToken.None;
EmbeddedStoreOptions options = new() { Path = args[1], KeyFolder = args[2], MergeFanIn = 3, Actor = "crash@writer" };
await using EmbeddedStore store = await EmbeddedStore.OpenAsync(options, none);
int number = int.Parse(args[3], CultureInfo.InvariantCulture);
using Stream output = Console.OpenStandardOutput();
if (args[0] == "increment")
{
    for (int i = 0; i < number; i++)
    {
        await IncrementAsync();
    }

    return;
}

for (; ; number++)
{
    await WriteAsync(number);
    output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n")));
}

async Task WriteAsync(int current)
{
    if (WriteSequence.Removes(current) is { } removed)
    {
        SecretId id = new(removed);
        using Secret? present = await store.GetAsync(id, none);
        if (present is not null)
        {
            await store.DeleteAsync(id, present.Metadata.ResourceVersion, none);
        }

        return;
    }

    await store.PutManyAsync([.. WriteSequence.Puts(current).Select(name => Put(new SecretId(name), current))], none);
}

async Task IncrementAsync()
{
    SecretId id = new("counter");
    while (true)
    {
        using Secret? present = await store.GetAsync(id, none);
        int value = int.Parse(Encoding.ASCII.GetString(present!.GetData().GetValue("value").Span), CultureInfo.InvariantCulture);
        try
        {
            await store.PutAsync(Put(id, value + 1) with { Mode = WriteMode.Update, Secret = NewSecret(id, value + 1, present.Metadata.ResourceVersion) }, none);
            return;
        }
        catch (MeshException exception) when (exception.ErrorId == "SecretConflict")
        {
            // Somebody was faster: read again.
            continue;
        }
    }
}

SecretWrite Put(SecretId id, int value) => new(NewSecret(id, value, ""), WriteMode.CreateOrUpdate);

Secret NewSecret(SecretId id, int value, string resourceVersion) => new(
    new SecretMetadata { Id = id, Type = SecretType.Opaque, ResourceVersion = resourceVersion },
    new SecretData().Set("value", Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture))));
