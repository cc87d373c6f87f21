namespace MeshSecrets.Tests.Certificates;

/// <summary>Damages bytes the way transport and attackers do: bits flipped, bytes replaced, cut out, doubled, cut off.</summary>
internal static class Mutation
{
    internal static byte[] Of(ReadOnlySpan<byte> original, Random random)
    {
        List<byte> bytes = [.. original];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)(bytes[at] + random.Next(1, 256));
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    bytes.RemoveRange(Math.Max(at, 1), bytes.Count - Math.Max(at, 1));
                    break;
            }
        }

        return original.SequenceEqual(bytes.ToArray()) ? [.. bytes, 0] : [.. bytes];
    }
}
