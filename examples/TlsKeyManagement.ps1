<#
.SYNOPSIS
TLS key management as a published guide for a service mesh teaches it, with cmdlets in place of openssl, base64 and YAML.

.DESCRIPTION
The guide makes a request and a key for helloworld.example.com with openssl, has the request signed by an authority that
it never makes, pastes both into a form as the TLS key secret001, and uses that for gateways. Here the authority is made,
too. At the end, the guide's own printed material is read: its "certificate" is a request, and all its blobs carry a
stray character. Both are refused, with words that say so.

Everything lies in one folder: a temporary one, which is removed at the end, unless -Path names another.

.EXAMPLE
./examples/TlsKeyManagement.ps1

.EXAMPLE
./examples/TlsKeyManagement.ps1 -Path ./guide
Keeps the folder with the store and the files.
#>
[CmdletBinding()]
param(
    # The folder for everything; it must be new or empty.
    [string] $Path,

    # The guide's own request, key and manifest.
    [string] $Documents = "$PSScriptRoot/../tests/MeshSecrets.Tests/Documents"
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../MeshSecrets.psd1"
$folder = New-Item -ItemType Directory -Force ($Path ? $Path : (Join-Path ([IO.Path]::GetTempPath()) "tls-keys-$(New-Guid)"))
$store = Connect-MeshStore "$folder/store" -Create -KeyFile "$folder/store.key" -NoDefault

# Everything below means this store and the namespace of the guide.
$PSDefaultParameterValues = @{ '*-Mesh*:Store' = $store; '*-MeshTlsKey:Namespace' = 'default' }
try {
    # --- Prepare credentials and private key ---

    # The authority example.com: the guide has it lying in a folder.
    New-MeshCa example.com -Subject '/CN=example.com/O=example Inc.' -KeyAlgorithm Rsa2048 | Out-Host

    # openssl req: a key of its own in a file that only its owner can read, and the request. The DNS name is said as one,
    # because clients look at nothing else; the guide says it only as common name.
    New-MeshCertificateRequest -KeyPath "$folder/helloworld.example.com.key" -KeyAlgorithm Rsa2048 `
        -Subject '/CN=helloworld.example.com/O=helloworld organization' -DnsName helloworld.example.com `
        -OutFile "$folder/helloworld.example.com.csr" | Out-Host

    # openssl x509 -req: signed for a year, by a random serial number.
    New-MeshCertificate -Path "$folder/helloworld.example.com.csr" -Issuer example.com -ValidFor 365d -OutFile "$folder/helloworld.example.com.crt" | Out-Host

    # --- Create key ---

    # The form: name, namespace, certificate, private key, labels. That they belong together is checked.
    New-MeshTlsKey secret001 -CertificatePath "$folder/helloworld.example.com.crt" -KeyPath "$folder/helloworld.example.com.key" `
        -Label @{ 'mspider.io/managed' = 'true'; test = 'teston0422' } | Out-Host

    # Or all of it in one step, with a key that was never in a file, and that Invoke-MeshCertRotation can renew.
    New-MeshTlsKey secret002 -Issuer example.com -DnsName helloworld.example.com -KeyAlgorithm Rsa2048 -ValidFor 365d -Label @{ test = 'teston0422' } | Out-Host

    # --- List, edit, delete ---

    Get-MeshTlsKey -Label @{ test = 'teston0422' } | Out-Host
    Set-MeshTlsKey secret001 -Label @{ stage = 'trial' } -RemoveLabel test -PassThru | Select-Object Name, Labels | Out-Host
    Remove-MeshTlsKey secret002 -Confirm:$false

    # --- Use cases ---

    # A gateway or destination rule in simple mode needs tls.crt and tls.key; in mutual mode also what it trusts.
    Export-MeshTlsKey secret001 "$folder/gateway" -IncludePrivateKey | Out-Host
    Export-MeshCaBundle example.com -Path "$folder/gateway/ca.crt" | Out-Host

    # --- The guide's own material ---

    function Show-Refusal([scriptblock] $Command) {
        try {
            $null = & $Command
        }
        catch {
            # The id is what scripts branch on; the message says what is wrong, where, and what to do.
            [pscustomobject]@{ Refused = $Command.ToString().Trim(); ErrorId = $_.FullyQualifiedErrorId -replace ',.*'; Message = $_.Exception.Message } |
                Format-List | Out-Host
        }
    }

    # Read as printed: a stray character stands in each of its blobs.
    Show-Refusal { Get-MeshCertificate "$Documents/helloworld.example.com.csr" }
    Show-Refusal { Get-MeshCertificate "$Documents/helloworld.example.com.key" }
    Show-Refusal { Get-MeshCertificate "$Documents/secret001.yaml" }
    Show-Refusal { New-MeshTlsKey guide -CertificatePath "$Documents/helloworld.example.com.csr" -KeyPath "$Documents/helloworld.example.com.key" }

    # Without that character the request and the key can be read. Still, a request is no certificate.
    (Get-Content "$Documents/helloworld.example.com.csr" -Raw).Replace('E2As==', 'E2A==') | Set-Content "$folder/guide.csr"
    $guideKey = New-Item "$folder/guide.key" -Force
    if (-not $IsWindows) {
        $guideKey.UnixFileMode = 'UserRead, UserWrite' # Its owner's only, before the key is in it.
    }

    (Get-Content "$Documents/helloworld.example.com.key" -Raw).Replace('Xkslks=', 'Xkslk=') | Set-Content "$folder/guide.key"
    Show-Refusal { New-MeshTlsKey guide -CertificatePath "$folder/guide.csr" -KeyPath "$folder/guide.key" }

    # It has no DNS name, which a server's certificate needs.
    Show-Refusal { New-MeshCertificate -Path "$folder/guide.csr" -Issuer example.com }

    # With one it can be signed, and then the guide's path ends where it should. The key is a published one: for trials only.
    $null = New-MeshCertificate -Path "$folder/guide.csr" -Issuer example.com -DnsName helloworld.example.com -ValidFor 365d -OutFile "$folder/guide.crt"
    New-MeshTlsKey guide -CertificatePath "$folder/guide.crt" -KeyPath "$folder/guide.key" | Out-Host
}
finally {
    Disconnect-MeshStore $store.Name
    if (-not $Path) {
        Remove-Item $folder -Recurse
    }
}
