namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// When to merge: as soon as the newest segments of one order of size are as many as the fan-in. Each record is then
/// copied once for each order of size. What is large already (over 400 KB, as a batch of hundreds is) waits for sixteen times
/// as many of its order: copying it would cost more than the few files more, so that writing a hundred thousand records
/// in batches costs each no more than writing a thousand. The number of segments stays below some four hundred for a gigabyte.
/// </summary>
internal static class MergePolicy
{
    internal const int DefaultFanIn = 10;

    private const long SmallestOrder = 4 * 1024;
    private const int LargeOrder = 3;
    private const int LargeFactor = 16;

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
                if (ofThisOrder >= FanInOf(order, fanIn))
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

        return ofThisOrder >= FanInOf(order, fanIn) ? run : 0;
    }

    private static int FanInOf(int order, int fanIn) => order < LargeOrder ? fanIn : fanIn * LargeFactor;

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
