<#
.SYNOPSIS
A runbook: restores a broken request and key, has a certificate issued for them, and keeps both as a TLS key.

.DESCRIPTION
Without -Path it works on what a published guide prints: a request, its key, and the YAML of a Secret with both. Each of
these four texts carries a character that does not belong there, the YAML's lack their PEM lines, and what the guide calls
a certificate is a request. The key is a published one: for trials only.

What is restored lies in the folder restored; the broken files are not touched. The request is then signed by an authority
of the store beside it, and the certificate kept with its key.

Run again, it keeps the authority and makes all else anew; the TLS key gets a further version.

Exit codes:
    0   all is restored, and the certificate issued
    1   something is not restored or not issued; one line on standard error says what, with its error id first

.EXAMPLE
./examples/Runbook-RepairMaterial.ps1 -OutputPath ./salvage

.EXAMPLE
./examples/Runbook-RepairMaterial.ps1 -Path ./broken -OutputPath ./salvage -Name site -DnsName site.example
#>
[CmdletBinding()]
param(
    # The folder with the broken files.
    [string] $Path = "$PSScriptRoot/../tests/MeshSecrets.Tests/Documents",

    # The folder for the restored files and the store; it is made if need be.
    [Parameter(Mandatory)] [string] $OutputPath,

    # The name of the TLS key, and of the authority that signs.
    [string] $Name = 'secret001',
    [string] $Authority = 'example.com',

    # The guide's request names its host as common name only, at which no client looks.
    [string] $DnsName = 'helloworld.example.com'
)

$ErrorActionPreference = 'Stop'
$store = $null
try {
    Import-Module "$PSScriptRoot/../MeshSecrets.psd1"
    $restored = New-Item -ItemType Directory -Force (Join-Path $OutputPath restored)

    # 1. Report: what is wrong with each, what would mend it, and whether that is proven. Nothing is written.
    $broken = Get-ChildItem $Path -File | Where-Object Name -Match '\.(csr|key|crt|pem)$|^secret.*\.ya?ml$'
    $broken | Repair-MeshSecret | Format-List Source, Kind, Status, FaultId, Mend, Proof, IsProven | Out-Host

    # 2. Apply: only what is proven, and all of it or nothing.
    $mended = @($broken | Repair-MeshSecret -Apply -Destination $restored -Force)
    $mended | Format-Table | Out-Host

    # 3. The request is recognized as one; an authority makes a certificate of it.
    $request = @($mended | Where-Object { $_.Kind -eq 'CertificateRequest' -and -not $_.Key })[0]
    $key = @($mended | Where-Object { $_.Kind -like '*PrivateKey' -and -not $_.Key -and $_.PublicKeyThumbprint -eq $request.PublicKeyThumbprint })[0]
    $file = { Join-Path $restored (Split-Path $args[0].Path -Leaf) }
    $certificate = Join-Path $OutputPath "$Name.crt"
    $store = Connect-MeshStore (Join-Path $OutputPath store) -Create -KeyFile (Join-Path $OutputPath store.key) -NoDefault
    if ($Authority -notin (Get-MeshCa -Store $store).Name) {
        $null = New-MeshCa $Authority -KeyAlgorithm Rsa2048 -Store $store
    }

    $null = New-MeshCertificate -Path (& $file $request) -Issuer $Authority -DnsName $DnsName -ValidFor 365d -OutFile $certificate -Force -Store $store

    # 4. Certificate and key are kept as a TLS key. That they belong together is checked once more.
    New-MeshTlsKey $Name -Namespace default -CertificatePath $certificate -KeyPath (& $file $key) -Force -Store $store | Format-List Name, Namespace, Subject, DnsName, NotAfter | Out-Host
}
catch {
    [Console]::Error.WriteLine("$($_.FullyQualifiedErrorId -replace ',.*'): $($_.Exception.Message)")
    exit 1
}
finally {
    if ($store) { Disconnect-MeshStore $store.Name }
}

exit 0
