using System.Text;
using MeshSecrets.Kubernetes;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Tests.Stores.Kubernetes;

/// <summary>Another client writes at the worst moment: while an answer is lost, or between a reading and the request that relies on it.</summary>
public sealed class ForeignWriteTests(SharedCluster shared) : FaultyStoreTests(shared)
{
    private SecretId Id => new("web", mesh: null, _namespace);

    [Fact]
    public async Task What_another_client_created_while_the_answer_was_lost_is_not_taken_for_ones_own()
    {
        FaultRule lost = _server.On("POST", "/secrets", async exchange =>
        {
            await KubectlAsync("create", "secret", "generic", "web", "--from-literal=value=other");
            exchange.Context.Abort();
        });
        MeshException exists = await Assert.ThrowsAsync<MeshException>(() => _store.PutAsync(Write("1", WriteMode.Create), Token));
        Assert.Equal(("SecretExists", 1), (exists.ErrorId, lost.Count));
        Assert.Equal("other", await ValueAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // The write was done, and what has the name now is another secret.
    public async Task What_another_client_wrote_while_the_answer_was_lost_is_not_taken_for_ones_own(bool isDone)
    {
        await _store.PutAsync(Write("1", WriteMode.Create), Token);
        await _store.PutAsync(Write("1", WriteMode.Update), Token); // So that nothing is handed over in the one that counts.
        using Secret read = await _store.GetRequiredAsync(Id, Token);
        FaultRule lost = _server.On("PATCH", "/secrets/web", async exchange =>
        {
            if (isDone)
            {
                using HttpResponseMessage answer = await exchange.ForwardAsync();
                await answer.Content.LoadIntoBufferAsync();
                await ReplaceAsync();
            }
            else
            {
                await KubectlAsync("patch", "secret", "web", "-p", """{"data":{"value":"b3RoZXI="}}""");
            }

            exchange.Context.Abort();
        });
        MeshException conflict = await Assert.ThrowsAsync<MeshException>(() => _store.PutAsync(new SecretWrite(new Secret(read.Metadata, Data("2")), WriteMode.Update), Token));
        Assert.Equal(("SecretConflict", 1), (conflict.ErrorId, lost.Count));
        Assert.Equal("other", await ValueAsync());
    }

    [Fact]
    public async Task A_change_between_the_reading_and_the_handover_is_a_conflict()
    {
        await _store.PutAsync(new SecretWrite(new Secret(new SecretMetadata { Id = Id, Type = SecretType.Opaque }, Data("1").Set("more", "1"u8)), WriteMode.Create), Token);
        using Secret read = await _store.GetRequiredAsync(Id, Token);

        // A value is left out, so that its creation's part in it is handed over first.
        FaultRule handover = _server.On("PATCH", "/secrets/web", Faults.Before(() => KubectlAsync("label", "secret", "web", "team=shop")));
        MeshException conflict = await Assert.ThrowsAsync<MeshException>(() => _store.PutAsync(new SecretWrite(new Secret(read.Metadata, Data("2")), WriteMode.Update), Token));
        Assert.Equal(("SecretConflict", 1), (conflict.ErrorId, handover.Count));
        Assert.Equal("1", await ValueAsync());
    }

    [Fact]
    public async Task A_removal_does_not_reach_a_secret_that_took_the_name_meanwhile()
    {
        await _store.PutAsync(Write("1", WriteMode.Create), Token);
        FaultRule removal = _server.On("DELETE", "/secrets/web", Faults.Before(ReplaceAsync));
        MeshException conflict = await Assert.ThrowsAsync<MeshException>(() => _store.DeleteAsync(Id, resourceVersion: null, Token));
        Assert.Equal(("SecretConflict", 1), (conflict.ErrorId, removal.Count));
        Assert.Equal("other", await ValueAsync());
    }

    private async Task ReplaceAsync()
    {
        await KubectlAsync("delete", "secret", "web");
        await KubectlAsync("create", "secret", "generic", "web", "--from-literal=value=other");
    }

    private Task<string> KubectlAsync(params string[] arguments) => _cluster.KubectlAsync([.. arguments, "-n", _namespace]);

    private static SecretData Data(string value) => new SecretData().Set("value", Encoding.UTF8.GetBytes(value));

    private SecretWrite Write(string value, WriteMode mode) => new(new Secret(new SecretMetadata { Id = Id, Type = SecretType.Opaque }, Data(value)), mode);

    private async Task<string> ValueAsync()
    {
        using Secret read = await _store.GetRequiredAsync(Id, Token);
        return Encoding.UTF8.GetString(read.GetData().GetValue("value").Span);
    }
}
