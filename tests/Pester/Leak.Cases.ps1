# The cases of the hunt in Leak.Tests.ps1.
#
# Hunts: the cmdlets whose output, streams and errors are searched. Case: what is special about it.
# Prepare: runs before, unobserved; what it puts out (texts of at least 20 characters) is hunted besides $planted.
# Script: what is observed; it must put something out. Fails: whether it must leave errors.
# Both see $planted (a text), $secure (the same as SecureString), $folder (an empty folder) and an empty default store.
$issuesOne = {
    $null = New-MeshCa ca -Global
    $null = New-MeshTlsKey web -Issuer ca -DnsName web.example.com
    'crt', 'key' | ForEach-Object { Set-Content "$folder/ca.$_" (Get-MeshSecret ca -Global -Key "tls.$_" -AsPlainText) }
    # The private keys: as PEM has them, and the number itself.
    foreach ($pem in (Get-MeshSecret ca -Global -Key tls.key -AsPlainText), (Get-MeshSecret web -Key tls.key -AsPlainText)) {
        $key = [Security.Cryptography.ECDsa]::Create()
        $key.ImportFromPem($pem)
        $number = $key.ExportParameters($true).D
        ($pem -split "`n")[1..2]
        [Convert]::ToBase64String($number)
        [Convert]::ToHexString($number)
    }
}
$keepsOne = { $null = New-MeshSecret x $planted }
@(
    @{ Hunts = 'New-MeshSecret'; Case = 'all forms'; Script = {
            New-MeshSecret a $planted -Verbose -Debug
            New-MeshSecret b $secure
            New-MeshSecret c -Data @{ one = $planted; two = $secure; three = [Text.Encoding]::UTF8.GetBytes($planted) }
            [pscustomobject] @{ Name = 'd'; Value = $planted } | New-MeshSecret -Confirm:$false
            Set-Content "$folder/e" $planted
            New-MeshSecret e -Path "$folder/e"
            New-MeshSecret f $planted -WhatIf
            New-MeshSecret g $planted -Immutable -Verbose -Debug
        }
    }
    @{ Hunts = 'New-MeshSecret'; Case = 'errors'; Prepare = $keepsOne; Fails = $true; Script = {
            New-MeshSecret x $planted
            New-MeshSecret BAD $planted
            New-MeshSecret y $planted -Key 'a b'
            New-MeshSecret y -Data $planted
            New-MeshSecret y $planted -Immutable -Annotation @{ 'meshsecrets.io/manifest-fields' = $planted }
            New-MeshSecret y $planted -DryRun
            New-MeshSecret y -Data @{ a = @($planted) }
            New-MeshSecret y -Data @{ a = @{ b = $planted } }
            New-MeshSecret y $planted -Type kubernetes.io/tls
            New-MeshSecret y -Type kubernetes.io/tls -Data @{ 'tls.crt' = $planted; 'tls.key' = $planted }
            try { New-MeshSecret y $planted -Label 'no table' } catch { $_ }
            try { New-MeshSecret y $planted -NoSuchParameter 1 } catch { $_ }
            [pscustomobject] @{ Name = 'BAD'; Value = $planted } | New-MeshSecret
        }
    }
    @{ Hunts = 'Get-MeshSecret'; Case = 'without values'; Prepare = $keepsOne; Script = {
            Get-MeshSecret -Verbose -Debug
            Get-MeshSecret x -AllVersions
        }
    }
    @{ Hunts = 'Get-MeshSecret'; Case = 'errors'; Prepare = $keepsOne; Fails = $true; Script = {
            Get-MeshSecret none -AsPlainText
            Get-MeshSecret x -Key none -AsPlainText
            Get-MeshSecret x -Version 9 -AsPlainText
        }
    }
    @{ Hunts = 'Set-MeshSecret'; Case = 'all forms'; Prepare = $keepsOne; Script = {
            Set-MeshSecret x $planted -PassThru -Verbose -Debug
            Set-MeshSecret x -Data @{ k = $secure } -PassThru
            Set-MeshSecret x $planted -Key k -WhatIf
            Set-MeshSecret x -RemoveKey k -PassThru
            Set-MeshSecret x -Immutable -PassThru -Verbose -Debug
        }
    }
    @{ Hunts = 'Set-MeshSecret'; Case = 'errors'; Prepare = $keepsOne; Fails = $true; Script = {
            Set-MeshSecret none $planted
            Set-MeshSecret x $planted -ResourceVersion 99.9
            Set-MeshSecret x -Data $planted
            Set-MeshSecret x $planted -DryRun
            try { Set-MeshSecret x $planted -Label 1 } catch { $_ }
        }
    }
    @{ Hunts = 'Remove-MeshSecret'; Case = 'with errors'; Prepare = $keepsOne; Fails = $true; Script = {
            Remove-MeshSecret x -WhatIf
            Remove-MeshSecret x -ResourceVersion 99.9 -Confirm:$false
            Remove-MeshSecret x -PassThru -Confirm:$false -Verbose -Debug
            Remove-MeshSecret x -Purge -Confirm:$false -Verbose
        }
    }
    @{ Hunts = 'Repair-MeshSecret'; Case = 'broken keys'; Prepare = $issuesOne; Fails = $true; Script = {
            $key = Get-MeshSecret web -Key tls.key -AsPlainText
            Set-Content "$folder/tls.key" $key.Insert(70, 's') -NoNewline
            Set-Content "$folder/lost.key" $key.Remove(70, 4) -NoNewline
            $value = [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($key)).Insert(60, 's')
            Set-Content "$folder/secret.yaml" "kind: Secret`nmetadata: { name: s }`ndata:`n  tls.key: $value`n  note: $([Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($planted)))"
            $null = New-MeshSecret broken -Data @{ 'tls.key' = $key.Insert(70, 's'); note = $planted }
            Repair-MeshSecret $folder -Verbose -Debug
            Repair-MeshSecret -Name broken -Apply -DryRun
            Get-Content "$folder/tls.key" | Repair-MeshSecret
            Repair-MeshSecret "$folder/lost.key" -Apply
            Repair-MeshSecret $folder -Apply -WhatIf
            Repair-MeshSecret "$folder/tls.key", "$folder/secret.yaml" -Apply -Confirm:$false -Verbose -Debug
            Get-MeshSecret broken | Repair-MeshSecret -Apply -Verbose -Debug
        }
    }
    @{ Hunts = 'Restore-MeshSecret'; Case = 'with errors'; Prepare = { $null = New-MeshSecret x $planted; Set-MeshSecret x other }; Fails = $true; Script = {
            Restore-MeshSecret x 1 -PassThru -Verbose -Debug
            Restore-MeshSecret x 9
        }
    }
    @{ Hunts = 'Copy-MeshSecret'; Case = 'with errors'; Prepare = $keepsOne; Fails = $true; Script = {
            Copy-MeshSecret x -NewName y -PassThru -Verbose -Debug
            Copy-MeshSecret x -NewName y
            Copy-MeshSecret x
        }
    }
    @{ Hunts = 'Import-MeshSecret', 'ConvertFrom-MeshManifest'; Case = 'all forms, with errors'; Prepare = {
            $base64 = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($planted))
            Set-Content "$folder/a.yaml" "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {x: $base64}}"
            Set-Content "$folder/b.yaml" "{apiVersion: v1, kind: Secret, metadata: {name: b}, type: kubernetes.io/tls, data: {tls.crt: $base64, tls.key: $base64}}"
            Set-Content "$folder/c.yaml" "{apiVersion: v1, kind: Secret, metadata: {name: c}, data: {x: $planted}}"
            Set-Content "$folder/d.yaml" "{type: Secret, mesh: default, name: d, data: $base64}`n---`nkind: Secret`ndata: [$planted"
        }; Fails = $true; Script = {
            Import-MeshSecret $folder -WhatIf
            Import-MeshSecret $folder -Verbose -Debug
            Import-MeshSecret "$folder/a.yaml" -Label @{ a = 'b' } | Select-Object *
            Get-Content "$folder/a.yaml" -Raw | ConvertFrom-MeshManifest | Tee-Object -Variable read | Import-MeshSecret -Force
            $read | Select-Object *
            Get-Content "$folder/d.yaml" | ConvertFrom-MeshManifest -Verbose -Debug
        }
    }
    @{ Hunts = 'Export-MeshSecret', 'ConvertTo-MeshManifest'; Case = 'files, and what is refused'; Prepare = {
            $null = New-MeshSecret x $planted -Namespace shop
            $null = New-MeshSecret y $planted
        }; Fails = $true; Script = {
            Export-MeshSecret x "$folder/x.yaml" -AsPlainText -WhatIf
            Export-MeshSecret x "$folder/x.yaml" -AsPlainText -Verbose -Debug
            Export-MeshSecret x "$folder/x.json" -AsPlainText
            Export-MeshSecret x $folder -As Folder -AsPlainText
            Export-MeshSecret x "$folder/x.yaml" -AsPlainText -ErrorAction Continue
            Export-MeshSecret y "$folder/y.yaml" -AsPlainText
            Export-MeshSecret y "$folder/y.p12" -Password $secure
            try { Export-MeshSecret y "$folder/y.p12" -Password $planted } catch { $_ }
            Get-MeshSecret | ConvertTo-MeshManifest -Verbose -Debug
            Get-MeshSecret y | ConvertTo-MeshManifest -AsPlainText
            (Get-MeshSecret x | ConvertTo-MeshManifest -AsPlainText).Length
        }
    }
    @{ Hunts = 'Edit-MeshTlsKey'; Case = 'with errors'; Prepare = $issuesOne; Fails = $true; Script = {
            $keptEditor = $env:VISUAL
            try {
                foreach ($env:VISUAL in $IsWindows ? @('rem', 'false') : @('true', 'false', 'sed -i s/tls.key:/tls.kex:/', 'sed -i -e "s/^    M/    s/"')) {
                    Edit-MeshTlsKey web -WhatIf
                    Edit-MeshTlsKey web -DryRun
                    Edit-MeshTlsKey web -PassThru -Verbose -Debug
                    Edit-MeshTlsKey web -IncludePrivateKey -PassThru -Verbose -Debug
                }
            }
            finally { $env:VISUAL = $keptEditor }
        }
    }
    @{ Hunts = 'Connect-MeshStore', 'Get-MeshStore', 'Set-MeshStore', 'Disconnect-MeshStore'; Case = 'a passphrase'; Script = {
            Connect-MeshStore "$folder/s" -Create -Passphrase $secure -Verbose -Debug
            Get-MeshStore
            Set-MeshStore -Passphrase $secure -PassThru -Verbose -Debug
            Set-MeshStore -UseDefaultKeyFile -VersionsKept 3 -PassThru
            Disconnect-MeshStore s -Verbose
        }
    }
    @{ Hunts = 'Connect-MeshStore', 'Set-MeshStore'; Case = 'errors'; Fails = $true; Script = {
            try { Connect-MeshStore -Passphrase $planted } catch { $_ }
            try { Set-MeshStore -Passphrase $planted } catch { $_ }
            Connect-MeshStore | Disconnect-MeshStore
            Connect-MeshStore -Passphrase $secure
        }
    }
    @{ Hunts = 'Connect-MeshStore'; Case = 'the credentials of a cluster'; Fails = $true; Script = {
            function Connect-With([string] $User, [string] $Cluster = 'server: "http://127.0.0.1:1"') {
                Set-Content "$folder/config" "clusters: [{name: c, cluster: {$Cluster}}]`ncontexts: [{name: x, context: {cluster: c, user: u}}]`ncurrent-context: x`nusers: [{name: u, user: {$User}}]"
                try { Connect-MeshStore -Kubernetes -Kubeconfig "$folder/config" -Verbose } catch { $_ }
            }
            Connect-With "token: '$planted'"
            Connect-With "token: '$planted x'"
            Connect-With "token: ['$planted']"
            Connect-With "username: u, password: '$planted'"
            Connect-With "client-certificate-data: '$planted', client-key-data: '$planted'"
            Connect-With "token: '$planted" # The quote is not closed.
            Connect-With "token: '$planted', token: '$planted'"
            Connect-With "token: *$planted"
            Set-Content "$folder/token" $planted
            Connect-With 'tokenFile: token'
            Connect-With "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: sh, args: ['-c', 'echo $planted; echo $planted >&2; exit 3']}"
            Connect-With "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: sh, args: ['-c', 'echo $planted']}"
            Connect-With "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: no-such-plugin, args: ['$planted'], env: [{name: A, value: '$planted'}]}"
            Connect-With "token: '$planted'" "server: 'http://127.0.0.1:1', proxy-url: 'http://u:$planted@127.0.0.1:1'"
            Connect-With "token: '$planted'" "server: 'http://127.0.0.1:1', proxy-url: 'ftp://u:$planted@127.0.0.1:1'"
            Connect-With "token: '$planted'" "server: 'http://u:$planted@127.0.0.1:1'"
        }
    }
    @{ Hunts = 'Test-MeshStore', 'Get-MeshStoreAudit', 'Get-MeshStoreRole'; Case = 'a damaged store'; Prepare = {
            $null = New-MeshSecret x ($planted * 100)
            $null = Get-MeshSecret x -AsPlainText
            $file = Get-ChildItem "$env:MESHSECRETS_STORE/segments" -File | Sort-Object Length | Select-Object -Last 1
            $bytes = [IO.File]::ReadAllBytes($file)
            $bytes[1000] = $bytes[1000] -bxor 1
            [IO.File]::WriteAllBytes($file, $bytes)
        }; Script = {
            Test-MeshStore -Verbose -Debug
            Test-MeshStore -Quiet -Verbose
            Get-MeshStoreAudit
            Get-MeshStoreRole -Verbose -Debug
        }
    }
    @{ Hunts = 'Test-MeshCertificate', 'Test-MeshSecret', 'Get-MeshRule'; Case = 'broken and sound'; Prepare = {
            $null = New-MeshCa ca -Global
            $null = New-MeshTlsKey web -Issuer ca -DnsName web.example.com
            $null = New-MeshSecret x $planted
            $null = Export-MeshTlsKey web "$folder/web" -IncludePrivateKey
            $encoded = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($planted))
            Set-Content "$folder/broken.yaml" "apiVersion: v1`nkind: Secret`nmetadata: {name: b}`ntype: kubernetes.io/tls`ndata:`n  tls.crt: $encoded`n  tls.key: A$encoded`n"
            Set-Content "$folder/broken.key" ((Get-Content "$folder/web/tls.key" -Raw) -replace '-----END', 'AA-----END')
            Copy-Item "$folder/web/tls.crt" "$folder/broken.crt"
            $encoded
            (Get-Content "$folder/web/tls.key")[1..2]
        }; Script = {
            Test-MeshSecret -Verbose -Debug
            Test-MeshSecret -Path "$folder/broken.yaml" -Verbose -Debug
            Test-MeshCertificate "$folder/web", "$folder/broken.crt", "$folder/broken.key" -Verbose -Debug
            Test-MeshCertificate "$folder/broken.yaml"
            Test-MeshCertificate -Name web -Within 3650d -Hostname other.example
            Get-MeshRule MaterialUnreadable
        }
    }
    @{ Hunts = 'Backup-MeshStore', 'Restore-MeshStore'; Case = 'with errors'; Prepare = $keepsOne; Fails = $true; Script = {
            Backup-MeshStore "$folder/b" -Passphrase $secure -Verbose -Debug
            Restore-MeshStore "$folder/b" "$folder/s" -Passphrase $secure -StorePassphrase $secure -Verbose -Debug
            Restore-MeshStore "$folder/b" "$folder/t"
            try { Backup-MeshStore "$folder/c" -Passphrase $planted } catch { $_ }
            try { Restore-MeshStore "$folder/b" "$folder/t" -Passphrase $planted } catch { $_ }
        }
    }
    @{ Hunts = 'New-MeshCa', 'New-MeshTlsKey', 'Get-MeshCa', 'Get-MeshTlsKey', 'Get-MeshSecret', 'Set-MeshTlsKey'; Case = 'private keys'; Prepare = $issuesOne; Script = {
            Get-MeshCa -Verbose -Debug
            Get-MeshTlsKey -Verbose -Debug
            Get-MeshSecret -Verbose -Debug
            Set-MeshTlsKey web -Label @{ a = '1' } -PassThru -Verbose -Debug
            New-MeshCa ca -Global -WhatIf
            New-MeshTlsKey other -Issuer ca -DnsName other.example.com -Verbose -Debug
        }
    }
    @{ Hunts = 'Invoke-MeshCertRotation', 'New-MeshCertificateRequest', 'New-MeshCertificate', 'Get-MeshCertificate'; Case = 'private keys'; Prepare = $issuesOne; Script = {
            $request = New-MeshCertificateRequest web -Verbose -Debug
            $request
            New-MeshCertificateRequest -KeyPath "$folder/new.key" -DnsName new.example.com -OutFile "$folder/new.csr" -Verbose -Debug
            New-MeshCertificate -Path "$folder/new.csr" -Issuer ca -Verbose -Debug
            Get-MeshTlsKey web | Get-MeshCertificate -Verbose -Debug
            Invoke-MeshCertRotation web -Force -ReuseKey -Confirm:$false -Verbose -Debug
        }
    }
    @{ Hunts = 'Restart-MeshWorkload'; Case = 'private keys'; Prepare = $issuesOne; Fails = $true; Script = {
            Get-MeshTlsKey web | Restart-MeshWorkload -Verbose -Debug
            Get-MeshSecret | Restart-MeshWorkload -WhatIf
            Restart-MeshWorkload -WorkloadKind Deployment -WorkloadName web -Namespace shop
        }
    }
    @{ Hunts = 'New-MeshRootTrust'; Case = 'an authority'; Prepare = $issuesOne; Script = {
            Get-MeshCa ca | New-MeshRootTrust -Verbose -Debug
            Get-MeshCa ca | New-MeshRootTrust -ApiGeneration v1 -AsString
        }
    }
    @{ Hunts = 'Save-MeshCa'; Case = 'private keys, and a password'; Prepare = $issuesOne; Fails = $true; Script = {
            Get-MeshCa ca | Save-MeshCa -Destination "$folder/pem" -Verbose -Debug
            Get-MeshCa ca | Save-MeshCa -Destination "$folder/p12" -Password $secure -Verbose -Debug
            Get-MeshCa ca | Save-MeshCa -Destination "$folder/none" -WhatIf
            Set-Content "$folder/ca.yaml" (Export-MeshCaBundle ca -Global -Format IstioCaSecret -IncludePrivateKey -AsString)
            Save-MeshCa "$folder/ca.yaml" -ToStore -Verbose -Debug
            Save-MeshCa "$folder/ca.yaml" -ToStore
            Save-MeshCa "$folder/ca.yaml" -ToStore -DryRun -Force
            (Get-Content "$folder/ca.yaml") -replace '^  ca-cert.pem.*' | Save-MeshCa -ToStore
        }
    }
    @{ Hunts = 'New-MeshRelaySecret'; Case = 'private keys and the token'; Fails = $true; Prepare = {
            $null = New-MeshCa ca -Global
            $null = New-MeshRelaySecret cluster-1 -Issuer ca -KeyAlgorithm P256
            Get-MeshSecret relay-identity-token-secret -Namespace gloo-mesh -AsPlainText
            ((Get-MeshSecret ca -Global -Key tls.key -AsPlainText) -split "`n")[1..2]
        }; Script = {
            New-MeshRelaySecret cluster-2 -Issuer ca -AgentOnly -KeyAlgorithm P256 -Verbose -Debug
            New-MeshRelaySecret cluster-3 -Issuer ca -AgentOnly -WhatIf
            New-MeshRelaySecret cluster-1 -Issuer ca
        }
    }
    @{ Hunts = 'Export-MeshTlsKey', 'Export-MeshCaBundle', 'Import-MeshCa', 'New-MeshTlsKey', 'Remove-MeshTlsKey', 'Remove-MeshCa'; Case = 'private keys, and a password'; Prepare = $issuesOne; Script = {
            Export-MeshTlsKey web "$folder/pem" -IncludePrivateKey -Verbose -Debug
            Export-MeshTlsKey web -Pkcs12Path "$folder/web.p12" -IncludePrivateKey -Password $secure -Verbose -Debug
            Export-MeshCaBundle ca -Global -AsString -Verbose -Debug
            New-MeshTlsKey again -Pkcs12Path "$folder/web.p12" -Password $secure -Verbose -Debug
            Remove-MeshTlsKey again -Confirm:$false -PassThru -Verbose -Debug
            Remove-MeshCa ca -Global -Force -Confirm:$false -PassThru -Verbose -Debug
            Import-MeshCa back -CertificatePath "$folder/ca.crt" -KeyPath "$folder/ca.key" -Verbose -Debug
        }
    }
    @{ Hunts = 'Get-MeshCertDependency'; Case = 'private keys, read for certificates'; Prepare = $issuesOne; Script = {
            Get-MeshCertDependency ca -Recurse -Verbose -Debug
            Get-MeshTlsKey web | Copy-MeshSecret -DestinationMesh other
            Get-MeshCertDependency -Verbose -Debug
        }
    }
    @{ Hunts = 'New-MeshGateway', 'New-MeshDestinationRule'; Case = 'private keys, with an error'; Prepare = $issuesOne; Fails = $true; Script = {
            Get-MeshTlsKey web | New-MeshGateway shop -Verbose -Debug
            Get-MeshTlsKey web | New-MeshGateway shop -AsString
            Get-MeshTlsKey web | New-MeshDestinationRule bank bank.example -Mode MUTUAL -Verbose -Debug
            Get-MeshTlsKey web | New-MeshGateway shop -HostName other.example
        }
    }
    @{ Hunts = 'New-MeshMtls', 'New-MeshIdentity'; Case = 'private keys, with errors'; Prepare = $issuesOne; Fails = $true; Script = {
            Get-MeshCa ca -Global | New-MeshMtls -Verbose -Debug
            Get-MeshCa ca -Global | New-MeshMtls -AsString
            Get-MeshCa ca -Global | New-MeshIdentity shop -AsString -Verbose -Debug
            New-MeshIdentity trust -TrustDomain shop.example -CaBundle (Get-Content -Raw "$folder/ca.crt") -AsString
            New-MeshIdentity trust -TrustDomain shop.example -CaBundle (Get-Content -Raw "$folder/ca.key")
            New-MeshIdentity trust -TrustDomain shop.example -CaBundle $planted
            New-MeshIdentity web -ExtensionName x -ExtensionConfig "- ${planted}: ["
        }
    }
    @{ Hunts = 'New-MeshOsmConfiguration'; Case = 'the token of Vault'; Script = {
            'HelmValues', 'Environment', 'Arguments' | ForEach-Object { New-MeshOsmConfiguration vault -VaultHost v.example -VaultToken $secure -As $_ -Verbose }
        }
    }
    @{ Hunts = 'New-MeshOsmConfiguration'; Case = 'errors'; Fails = $true; Script = {
            New-MeshOsmConfiguration tresor -VaultToken $secure
            try { New-MeshOsmConfiguration vault -VaultHost v.example -VaultToken $planted } catch { $_ }
        }
    }
    @{ Hunts = 'New-MeshRootCertificate'; Case = 'private keys'; Prepare = $issuesOne; Script = {
            Get-MeshCa ca -Global | New-MeshRootCertificate -Verbose -Debug
            Get-MeshCa ca -Global | New-MeshRootCertificate -AsString
        }
    }
    # Those of a cluster are in KubernetesWatch.Tests.ps1.
    @{ Hunts = 'Watch-MeshSecret', 'Watch-MeshCertificate'; Case = 'errors'; Prepare = $keepsOne; Fails = $true; Script = {
            Watch-MeshSecret x -IncludePresent -Timeout 1s -Verbose -Debug
            Watch-MeshCertificate x -IncludePresent -Timeout 1s -Verbose -Debug
        }
    }
)
