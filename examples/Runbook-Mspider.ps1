<#
.SYNOPSIS
A runbook for mspider: a TLS key of its console from the broken example of its guide to the gateway that serves it, and to its removal.

.DESCRIPTION
The guide of mspider to TLS key management shows a key's YAML as its console has it. As printed, nothing can use it: its
values carry a character too many and lack their PEM lines, and what stands in tls.crt is a certificate request. This
runbook says so, restores request and key, has the certificate issued, brings the YAML in with all its labels and
annotations, marks and edits it, writes it for the cluster, makes the resources of Istio for each of the console's five
uses, and at the end removes it, which is refused as long as something uses it.

The key is a published one: for trials only. Everything lies in the folder of -OutputPath.

Run again, it keeps the authority and makes all else anew.

Exit codes:
    0   all is done
    1   something failed; one line on standard error says what, with its error id first

.EXAMPLE
./examples/Runbook-Mspider.ps1 -OutputPath ./mspider

.EXAMPLE
$env:EDITOR = 'nano'
./examples/Runbook-Mspider.ps1 -OutputPath ./mspider -Edit
Opens the editor on the TLS key, as the console's YAML editing does.
#>
[CmdletBinding()]
param(
    # The folder for everything; it is made if need be.
    [Parameter(Mandatory)] [string] $OutputPath,

    # The guide's request, key and YAML.
    [string] $Documents = "$PSScriptRoot/../tests/MeshSecrets.Tests/Documents",

    # Open the editor of $env:VISUAL or $env:EDITOR on the TLS key.
    [switch] $Edit
)

$ErrorActionPreference = 'Stop'
$store = $null
try {
    Import-Module "$PSScriptRoot/../MeshSecrets.psd1"
    $OutputPath = (New-Item -ItemType Directory -Force $OutputPath).FullName
    $store = Connect-MeshStore "$OutputPath/store" -Create -KeyFile "$OutputPath/store.key" -NoDefault
    $PSDefaultParameterValues = @{ '*-Mesh*:Store' = $store; '*-MeshTlsKey:Namespace' = 'default' }

    # --- 1. What is wrong with the console's YAML, before anything is stored ---

    Test-MeshSecret -Path "$Documents/secret001.yaml" -For Mspider | Format-List RuleId, Found, Effect, Remedy | Out-Host

    # --- 2. Restore request and key: only what is proven; have the request signed ---

    $restored = New-Item -ItemType Directory -Force "$OutputPath/restored"
    $null = Repair-MeshSecret "$Documents/helloworld.example.com.csr", "$Documents/helloworld.example.com.key" -Apply -Destination $restored -Force
    if ('example.com' -notin (Get-MeshCa).Name) {
        $null = New-MeshCa example.com -KeyAlgorithm Rsa2048
    }

    $null = New-MeshCertificate -Path "$restored/helloworld.example.com.csr" -Issuer example.com -DnsName helloworld.example.com -ValidFor 365d -OutFile "$restored/helloworld.example.com.crt" -Force

    # --- 3. Create: the console's YAML with sound values; labels and annotations stay as they are ---

    $lines = Get-Content "$Documents/secret001.yaml"
    $head = $lines[0..([array]::IndexOf($lines, 'data:'))]
    $encode = { [Convert]::ToBase64String([IO.File]::ReadAllBytes("$restored/helloworld.example.com.$args")) }
    $yaml = $head + "  tls.crt: $(& $encode crt)" + "  tls.key: $(& $encode key)" + 'type: kubernetes.io/tls'
    $yaml | Import-MeshSecret -Force | Format-List Name, Namespace, Subject, DnsName, NotAfter, Status | Out-Host

    # --- 4. Label, edit ---

    Set-MeshTlsKey secret001 -Label @{ stage = 'trial' }
    if ($Edit) {
        Edit-MeshTlsKey secret001
    }

    # --- 5. For the cluster: the console's form, whose index says what the labels say now ---

    Export-MeshSecret secret001 "$OutputPath/secret001.yaml" -Namespace default -Format Mspider -AsPlainText -Force | Out-Host
    Test-MeshSecret -Path "$OutputPath/secret001.yaml" -For Mspider | Format-Table Severity, RuleId, Found | Out-Host

    # --- 6. Its five uses, by the console's names ---

    # A gateway that verifies its clients, or a client that verifies by this key, needs what is trusted beside it.
    Export-MeshCaBundle example.com -Path "$OutputPath/ca.crt" -Force | Out-Null
    Set-MeshTlsKey secret001 -CertificatePath "$restored/helloworld.example.com.crt" -KeyPath "$restored/helloworld.example.com.key" -CaPath "$OutputPath/ca.crt"
    $key = Get-MeshTlsKey secret001
    $resources = @(
        $key | New-MeshGateway gateway-simple -Mode Simple
        $key | New-MeshGateway gateway-bidirectional -Mode Bidirectional
        New-MeshGateway gateway-istio -Mode IstioBidirectional -HostName helloworld.example.com -Namespace default
        $key | New-MeshDestinationRule rule-simple -HostName helloworld.example.com -Mode Simple
        $key | New-MeshDestinationRule rule-bidirectional -HostName helloworld.example.com -Mode Bidirectional
    )
    $resources | ConvertTo-MeshManifest | Set-Content "$OutputPath/uses.yaml"

    # Kept beside the key, they guard it.
    $resources | Import-MeshSecret -Force | Format-Table Name, Namespace, Type, Status | Out-Host
    Get-MeshCertDependency secret001 | Out-Host

    # --- 7. Remove: refused while it is used ---

    try {
        Remove-MeshTlsKey secret001 -Confirm:$false
    }
    catch {
        "$($_.FullyQualifiedErrorId -replace ',.*'): $($_.Exception.Message)" | Out-Host
    }

    Get-MeshSecret -Type meshsecrets.io/resource | Remove-MeshSecret -Confirm:$false
    Remove-MeshTlsKey secret001 -Confirm:$false
}
catch {
    [Console]::Error.WriteLine("$($_.FullyQualifiedErrorId -replace ',.*'): $($_.Exception.Message)")
    exit 1
}
finally {
    if ($store) { Disconnect-MeshStore $store.Name }
}

exit 0
