using System.Collections;

namespace MeshSecrets.Certificates.Reading;

/// <summary>All material found in one content, in its order. Disposing it zeroes the private keys among it.</summary>
public sealed class MaterialSet : IReadOnlyList<MaterialItem>, IDisposable
{
    private readonly List<MaterialItem> _items = [];

    internal MaterialSet()
    {
    }

    /// <summary>How many items there are.</summary>
    public int Count => _items.Count;

    /// <summary>An item by its place in the order, counted from 0.</summary>
    /// <param name="index">The place.</param>
    public MaterialItem this[int index] => _items[index];

    /// <summary>Takes ownership of an encoding.</summary>
    internal void Add(MaterialKind kind, byte[] der, SourcePlace place) =>
        _items.Add(new MaterialItem(kind, der, place.Source, place.Line, _items.Count + 1));

    /// <summary>Takes an item over from another set.</summary>
    internal void Add(MaterialItem item) => _items.Add(item);

    /// <summary>Zeroes the private keys.</summary>
    public void Dispose() => _items.ForEach(item => item.Dispose());

    /// <summary>The items in their order.</summary>
    /// <returns>An enumerator.</returns>
    public IEnumerator<MaterialItem> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
