namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// When to merge: as soon as the newest segments of one order of size are as many as the fan-in. Each record is then
/// copied once for each order of size, and the number of segments stays below the fan-in times the orders (about 60
/// for a gigabyte).
/// </summary>
internal static class MergePolicy
{
    internal const int DefaultFanIn = 10;

    private const long SmallestOrder = 4 * 1024;

    /// <summary>How many of the newest segments to merge; 0 for none.</summary>
    /// <param name="lengths">The segments' sizes, oldest first.</param>
    /// <param name="fanIn">How many of one order make a merge.</param>
    internal static int Due(IReadOnlyList<long> lengths, int fanIn)
    {
        int run = 0;
        int order = 0;
        int ofThisOrder = 0;
        for (int i = lengths.Count - 1; i >= 0; i--)
        {
            int own = Order(lengths[i], fanIn);
            if (own > order)
            {
                if (ofThisOrder >= fanIn)
                {
                    break;
                }

                order = own;
                ofThisOrder = 0;
            }

            // Smaller, but older: it counts as of this order, or such ones would pile up.
            ofThisOrder++;
            run++;
        }

        return ofThisOrder >= fanIn ? run : 0;
    }

    private static int Order(long length, int fanIn)
    {
        int order = 0;
        for (long limit = SmallestOrder; length > limit; limit *= fanIn)
        {
            order++;
        }

        return order;
    }
}
