using System.Globalization;
using System.Net;
using System.Text;
using MeshSecrets.Secrets;
using MeshSecrets.Stores;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Connecting;

namespace MeshSecrets.Tests.Stores.Kubernetes.Watching;

/// <summary>
/// A watch may go on for months. The real server does not make so many changes in a test's time, so the lines that it
/// would send come from here, in its form.
/// </summary>
[Collection(Alone.Name)]
public sealed class WatchMemoryTests : IDisposable
{
    private const int Secrets = 100;

    private readonly string _kubeconfig = Path.GetTempFileName();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_kubeconfig);

    [Fact]
    public async Task A_hundred_thousand_changes_need_no_more_memory_than_ten_thousand()
    {
        await File.WriteAllTextAsync(
            _kubeconfig,
            """{"clusters": [{"name": "c", "cluster": {"server": "https://cluster.invalid"}}], "users": [{"name": "u", "user": {"token": "t"}}], "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}], "current-context": "c"}""",
            Token);
        KubernetesConnection connection = Kubeconfig.Load(new KubeconfigOptions { Paths = [_kubeconfig] });
        await using KubernetesStore store = await KubernetesStore.OpenAsync(new KubernetesStoreOptions { Connection = connection }, _ => new Server(), Token);

        int told = 0;
        long early = 0;
        long late = 0;
        await foreach (SecretChange change in store.WatchAsync(SecretQuery.All with { Namespace = "shop" }, new SecretWatchOptions(), Token))
        {
            Assert.Equal(told.ToString(CultureInfo.InvariantCulture), change.Secret.Labels["round"]);
            told++;
            early = told == 10_000 ? GC.GetTotalMemory(forceFullCollection: true) : early;
            if (told == 100_000)
            {
                late = GC.GetTotalMemory(forceFullCollection: true);
                break;
            }
        }

        Assert.InRange(late - early, long.MinValue, 1_000_000);
    }

    private sealed class Server : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string query = request.RequestUri!.Query;
            HttpContent content = request.Method == HttpMethod.Post ? Json("""{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","spec":{},"status":{"allowed":true}}""")
                : query.Contains("watch=1", StringComparison.Ordinal) ? new StreamContent(new Events())
                : Json("""{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"1"},"columnDefinitions":[{"name":"Name"},{"name":"Type"}],"rows":[]}""");
            content.Headers.ContentType = new("application/json");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }

        private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
    }

    /// <summary>Events without end, each made when it is read.</summary>
    private sealed class Events : MemoryStream
    {
        private byte[] _line = [];
        private int _offset;
        private int _number;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_offset == _line.Length)
            {
                int round = _number++;
                string kind = round < Secrets ? "ADDED" : "MODIFIED";
                string columns = round == 0 ? """[{"name":"Name"},{"name":"Type"}]""" : "null";
                _line = Encoding.UTF8.GetBytes(
                    $$$"""
                    {"type":"{{{kind}}}","object":{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"{{{round + 2}}}"},"columnDefinitions":{{{columns}}},"rows":[{"cells":["s-{{{round % Secrets}}}","Opaque"],"object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"s-{{{round % Secrets}}}","namespace":"shop","uid":"u-{{{round % Secrets}}}","resourceVersion":"{{{round + 2}}}","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"round":"{{{round}}}"},"managedFields":[{"manager":"other","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:value":{} } } }] } } }]} }

                    """);
                _offset = 0;
            }

            int count = Math.Min(buffer.Length, _line.Length - _offset);
            _line.AsMemory(_offset, count).CopyTo(buffer);
            _offset += count;
            return ValueTask.FromResult(count);
        }
    }
}
