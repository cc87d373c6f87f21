# The examples in PowerShell, each in a process of its own as a user starts it; what they leave is checked.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $examples = Join-Path $root 'examples'
    $pwsh = (Get-Process -Id $PID).Path
    Import-Module (Join-Path $root 'MeshSecrets.psd1')

    function Invoke-Example([string] $Name, [string[]] $Arguments) {
        $errors = Join-Path $TestDrive 'stderr.txt'
        $output = & $pwsh -NoProfile -NonInteractive -File (Join-Path $examples $Name) @Arguments 2> $errors
        @{ ExitCode = $LASTEXITCODE; Output = $output -join "`n"; Errors = Get-Content $errors -Raw }
    }

    function Open-Store([string] $Folder) {
        Connect-MeshStore (Join-Path $Folder 'store') -KeyFile (Join-Path $Folder 'store.key') -NoDefault
    }
}

AfterAll {
    Disconnect-MeshStore *
}

Describe 'Quickstart.ps1' {
    It 'goes the whole path' {
        $folder = Join-Path $TestDrive 'quickstart'
        $run = Invoke-Example Quickstart.ps1 -Arguments '-Path', $folder
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        $run.Output | Should -Match 'True$'

        $store = Open-Store $folder
        $keys = @(Get-MeshTlsKey -Store $store)
        $keys.Name | Sort-Object | Should -Be 'cart', 'mail', 'payment', 'stock', 'web'
        $keys.Version | Select-Object -Unique | Should -Be 2 -Because 'each was renewed once'
        $keys.Issuer | Select-Object -Unique | Should -Be 'global/mesh-ca'
        Get-MeshSecret registry-token -AsPlainText -Store $store | Should -Be 'not so secret in an example'
        (Get-MeshCertificate (Join-Path $folder 'trust-bundle.pem')).Subject | Should -Be 'CN=Example Root,O=Example'
        (Get-MeshCertificate (Join-Path $folder 'web/tls.crt')).Count | Should -Be 2
    }

    It 'leaves nothing behind in a temporary folder' {
        $before = @(Get-ChildItem ([IO.Path]::GetTempPath()) -Filter 'quickstart-*').Count
        (Invoke-Example Quickstart.ps1).ExitCode | Should -Be 0
        @(Get-ChildItem ([IO.Path]::GetTempPath()) -Filter 'quickstart-*').Count | Should -Be $before
    }
}

Describe 'TlsKeyManagement.ps1' {
    BeforeAll {
        $folder = Join-Path $TestDrive 'guide'
        $run = Invoke-Example TlsKeyManagement.ps1 -Arguments '-Path', $folder
    }

    It 'succeeds' {
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
    }

    It 'makes the TLS key of the guide' {
        $key = Get-MeshTlsKey secret001 -Namespace default -Store (Open-Store $folder)
        $key.Subject | Should -Be 'O=helloworld organization,CN=helloworld.example.com'
        $key.DnsName | Should -Be 'helloworld.example.com'
        $key.KeyAlgorithm | Should -Be 'Rsa2048'
        ($key.NotAfter - $key.NotBefore).Days | Should -Be 365
        $key.Labels.Keys | Sort-Object | Should -Be 'mspider.io/managed', 'stage'
    }

    It 'removes the second one' {
        $store = Open-Store $folder
        { Get-MeshTlsKey secret002 -Store $store -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotFound,*'
    }

    It 'writes what a gateway serves, and keeps the key to its owner' {
        $gateway = Join-Path $folder 'gateway'
        (Get-MeshCertificate (Join-Path $gateway 'tls.crt')).Subject | Should -Be 'O=helloworld organization,CN=helloworld.example.com'
        (Get-MeshCertificate (Join-Path $gateway 'ca.crt')).IsCa | Should -BeTrue
        $private = Get-Item (Join-Path $gateway 'tls.key')
        (Get-MeshCertificate $private).PublicKeyThumbprint | Should -Be (Get-MeshCertificate (Join-Path $gateway 'tls.crt')).PublicKeyThumbprint
        if (-not $IsWindows) {
            [int] $private.UnixFileMode | Should -Be ([int] [IO.UnixFileMode] 'UserRead, UserWrite')
            [int] (Get-Item "$folder/guide.key").UnixFileMode | Should -Be ([int] [IO.UnixFileMode] 'UserRead, UserWrite')
        }
    }

    It 'has the printed material refused, each piece for its own reason' {
        [regex]::Matches($run.Output, '(?m)^Refused').Count | Should -Be 6
        foreach ($id in 'PemStrayCharacter', 'ManifestValueNotBase64', 'CertificateExpectedRequestFound', 'CertificateNameMissing') {
            $run.Output | Should -Match $id
        }
    }
}

Describe 'Runbook-GlooMesh.ps1' {
    BeforeAll {
        $folder = Join-Path $TestDrive 'gloo'
        $run = Invoke-Example Runbook-GlooMesh.ps1 -Arguments '-OutputPath', $folder, '-ShowBad'
    }

    It 'succeeds' {
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
    }

    It 'writes for each cluster the secrets that Gloo Mesh looks for, and the key of the root for none' {
        $secrets = @{}
        foreach ($file in 'management', 'cluster-1', 'cluster-2') {
            $secrets[$file] = @(Get-Content -Raw "$folder/$file.yaml" | ConvertFrom-MeshManifest)
            $secrets[$file].Namespace | Select-Object -Unique | Should -Be 'gloo-mesh'
            Test-MeshSecret -Path "$folder/$file.yaml" -For GlooRelay -Quiet | Should -BeTrue
        }

        $secrets.management.Name | Sort-Object | Should -Be 'relay-identity-token-secret', 'relay-root-tls-secret', 'relay-server-tls-secret', 'relay-tls-signing-secret'
        $secrets.'cluster-1'.Name | Sort-Object | Should -Be 'relay-client-tls-secret', 'relay-identity-token-secret', 'relay-root-tls-secret'
    }

    It 'finds what the published script gets wrong' {
        $run.Output | Should -Match 'GlooRelaySigningIsCa'
        $run.Output | Should -Match 'GlooRelaySharedKey'
    }

    It 'names the root of the meshes, and saves the authorities' {
        Get-Content -Raw "$folder/root-trust.yaml" | Should -Match '(?s)kind: RootTrustPolicy.*name: istio-root'
        foreach ($name in 'relay-tls-signing-secret', 'istio-root') {
            (Get-MeshCertificate "$folder/safe/$name/tls.crt")[0].IsCa | Should -BeTrue
            (Get-MeshCertificate "$folder/safe/$name/tls.key").PublicKeyThumbprint | Should -Be (Get-MeshCertificate "$folder/safe/$name/tls.crt")[0].PublicKeyThumbprint
        }
    }
}

Describe 'Runbook-Istio.ps1' {
    BeforeAll {
        $folder = Join-Path $TestDrive 'istio'
        $run = Invoke-Example Runbook-Istio.ps1 -Arguments '-OutputPath', $folder, '-ShowBad'
    }

    It 'succeeds' {
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
    }

    It 'writes cacerts of each cluster below one root, as manifest and as folder' {
        foreach ($cluster in 'cluster1', 'cluster2') {
            Get-ChildItem "$folder/$cluster/cacerts" -Name | Sort-Object | Should -Be 'ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem'
            Get-Content -Raw "$folder/$cluster/cacerts.yaml" | Should -Match '(?m)^  namespace: istio-system$'
            Test-MeshSecret -Path "$folder/$cluster/cacerts.yaml" -For Istio -Quiet | Should -BeTrue
        }
        $roots = 'cluster1', 'cluster2' | ForEach-Object { Get-Content -Raw "$folder/$_/cacerts/root-cert.pem" }
        $roots[0] | Should -BeExactly $roots[1] -Because 'istiod takes a new authority only under a root of the same bytes'
    }

    It 'has the bad authority refused, with reason and remedy' {
        $run.Output | Should -Match 'IstioCaNotCa'
        $run.Output | Should -Match 'is not authorized to sign'
    }

    It 'makes the gateway of the credential' {
        Get-Content -Raw "$folder/gateway.yaml" | Should -Match 'credentialName: shop-tls'
        $run.Output | Should -Match 'Refused: IstioHostNotCovered'
    }
}

Describe 'Runbook-Mspider.ps1' {
    BeforeAll {
        $folder = Join-Path $TestDrive 'mspider'
        $kept = $env:VISUAL
        $env:VISUAL = 'sed -i s/teston0422/edited/'
        $editing = $IsWindows ? @() : @('-Edit')
        $run = Invoke-Example Runbook-Mspider.ps1 -Arguments (@('-OutputPath', $folder) + $editing)
        $env:VISUAL = $kept
        $store = Connect-MeshStore (Join-Path $folder store) -KeyFile (Join-Path $folder store.key) -NoDefault
    }

    It 'goes the whole path' {
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
    }

    It 'says what is wrong with the console''s YAML' {
        [regex]::Matches($run.Output, 'MspiderBase64Damaged').Count | Should -Be 2
    }

    It 'writes the key for the cluster, with an index that says what its labels say' {
        $key = Get-Content "$folder/secret001.yaml" -Raw
        $manifest = $key | ConvertFrom-MeshManifest
        "$($manifest.Kind) $($manifest.Name) $($manifest.Namespace) $($manifest.Type)" | Should -Be 'Secret secret001 default kubernetes.io/tls'
        $key | Should -Match 'ckube\.doacloud\.io/cluster: nicole-hosted-mesh-hosted'
        $again = Connect-MeshStore (Join-Path $TestDrive mspider-again) -Create -NoDefault
        $read = $key | Import-MeshSecret -Store $again
        $read.DnsName | Should -Be 'helloworld.example.com'
        $index = $read.Annotations['ckube.daocloud.io/indexes'] | ConvertFrom-Json
        $index.labels | Should -Be (($read.Labels.GetEnumerator() | ForEach-Object { "`"$($_.Key)=$($_.Value)`"," }) -join '')
        $read.Labels['stage'] | Should -Be 'trial'
        if (-not $IsWindows) { $read.Labels['test'] | Should -Be 'edited' }
    }

    It 'makes its five uses' {
        $uses = Get-Content "$folder/uses.yaml" | ConvertFrom-MeshManifest
        $uses | ForEach-Object { "$($_.Kind) $($_.Name)" } |
            Should -Be 'Gateway gateway-simple', 'Gateway gateway-bidirectional', 'Gateway gateway-istio', 'DestinationRule rule-simple', 'DestinationRule rule-bidirectional'
        [regex]::Matches((Get-Content "$folder/uses.yaml" -Raw), 'mode: (\w+)').ForEach({ $_.Groups[1].Value }) |
            Should -Be 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL', 'SIMPLE', 'MUTUAL'
    }

    It 'removes the key only when nothing uses it' {
        $run.Output | Should -Match 'SecretInUse: namespace/default/secret001'
        (Get-MeshSecret -Store $store).Name | Should -Be 'example.com'
    }
}

Describe 'Runbook-RenewDue.ps1' {
    BeforeAll {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'runbook')).FullName
        $path = Join-Path $folder 'store'
        $kept = $env:MESHSECRETS_PASSPHRASE
        $env:MESHSECRETS_PASSPHRASE = 'only for this test'
        $store = Connect-MeshStore $path -Create -NoDefault -Passphrase (ConvertTo-SecureString $env:MESHSECRETS_PASSPHRASE -AsPlainText)
        $null = New-MeshCa mesh-ca -Store $store
        $null = 'web', 'cart' | ForEach-Object { [pscustomobject]@{ Name = $_; DnsName = "$_.shop.svc" } } | New-MeshTlsKey -Issuer mesh-ca -ValidFor 24h -Store $store
        $null = New-MeshTlsKey lasting -Issuer mesh-ca -DnsName lasting.shop.svc -ValidFor 90d -Store $store
    }

    AfterAll {
        $env:MESHSECRETS_PASSPHRASE = $kept
    }

    It 'plans and changes nothing' {
        $run = Invoke-Example Runbook-RenewDue.ps1 -Arguments '-StorePath', $path, '-OutputPath', "$folder/planned", '-Before', '30d', '-PlanOnly'
        $run.ExitCode | Should -Be 0
        $run.Output | Should -Match 'web'
        Test-Path "$folder/planned" | Should -BeFalse
        (Get-MeshTlsKey -Store $path).Version | Select-Object -Unique | Should -Be 1
    }

    It 'renews what is due and writes it' {
        $run = Invoke-Example Runbook-RenewDue.ps1 -Arguments '-StorePath', $path, '-OutputPath', "$folder/files", '-Before', '30d'
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        (Get-MeshTlsKey web, cart -Store $path).Version | Select-Object -Unique | Should -Be 2
        (Get-MeshTlsKey lasting -Store $path).Version | Should -Be 1
        Get-ChildItem "$folder/files" -Recurse -File -Name | Sort-Object |
            Should -Be 'cart/ca.crt', 'cart/tls.crt', 'cart/tls.key', 'trust-bundle.pem', 'web/ca.crt', 'web/tls.crt', 'web/tls.key'
    }

    It 'says what could not be renewed, and renews the rest' {
        $web = Join-Path $folder 'files/web'
        $null = New-MeshTlsKey foreign -CertificatePath "$web/tls.crt" -KeyPath "$web/tls.key" -Store $path
        $run = Invoke-Example Runbook-RenewDue.ps1 -Arguments '-StorePath', $path, '-OutputPath', "$folder/files", '-Before', '30d'
        $run.ExitCode | Should -Be 1
        $run.Errors | Should -Match '^IssuerNotRecorded: foreign'
        (Get-MeshTlsKey web -Store $path).Version | Should -Be 3
    }

    It 'ends with 2 if <Why>' -ForEach @(
        @{ Why = 'the passphrase is wrong'; Passphrase = 'another'; Id = 'StorePassphraseWrong' }
        @{ Why = 'there is no passphrase'; Passphrase = $null; Id = 'StorePassphraseRequired' }
    ) {
        $right = $env:MESHSECRETS_PASSPHRASE
        try {
            $env:MESHSECRETS_PASSPHRASE = $Passphrase
            $run = Invoke-Example Runbook-RenewDue.ps1 -Arguments '-StorePath', $path, '-OutputPath', "$folder/none"
        }
        finally {
            $env:MESHSECRETS_PASSPHRASE = $right
        }

        $run.ExitCode | Should -Be 2
        $run.Errors | Should -Match "^${Id}: "
        Test-Path "$folder/none" | Should -BeFalse
    }
}

Describe 'Runbook-RepairMaterial.ps1' {
    BeforeAll {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'repair')).FullName
        $run = Invoke-Example Runbook-RepairMaterial.ps1 -Arguments '-OutputPath', $folder
    }

    It 'succeeds' {
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
    }

    It 'restores the guide''s four texts' {
        $restored = Get-MeshCertificate "$folder/restored"
        @($restored).Count | Should -Be 4
        $restored.PublicKeyThumbprint | Select-Object -Unique | Should -HaveCount 1
        @($restored | Where-Object { $_ -is [MeshSecrets.MeshCertificateRequest] }).Count | Should -Be 2
    }

    It 'keeps the request''s certificate and key as a TLS key' {
        $key = Get-MeshTlsKey secret001 -Namespace default -Store (Open-Store $folder)
        $key.DnsName | Should -Be 'helloworld.example.com'
        $key.KeyAlgorithm | Should -Be 'Rsa2048'
    }

    It 'ends with 1 and names what it cannot restore' {
        $broken = (New-Item -ItemType Directory (Join-Path $TestDrive 'lost')).FullName
        Set-Content "$broken/site.csr" '<html>Sign in</html>'
        $failed = Invoke-Example Runbook-RepairMaterial.ps1 -Arguments '-Path', $broken, '-OutputPath', (Join-Path $TestDrive 'none')
        $failed.ExitCode | Should -Be 1
        $failed.Errors | Should -Match '^RepairImpossible: .*site\.csr'
    }
}

Describe 'Runbook-Kuma.ps1' {
    BeforeAll {
        $folder = Join-Path $TestDrive 'kuma'
        $run = Invoke-Example Runbook-Kuma.ps1 -Arguments '-StorePath', "$folder/store", '-OutputPath', "$folder/out", '-Mesh', 'shop'
    }

    It 'writes an authority and a Mesh for both platforms' {
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        foreach ($platform in 'kubernetes', 'universal') {
            $manifests = @('authority.yaml', 'mesh.yaml' | ForEach-Object { ConvertFrom-MeshManifest (Get-Content -Raw "$folder/out/$platform/$_") })
            $manifests.Kind | Should -Be 'Secret', 'Secret', 'Mesh'
            $manifests.Name | Should -Be 'mesh-ca-cert', 'mesh-ca-key', 'shop'
            Get-Content -Raw "$folder/out/$platform/mesh.yaml" | Should -Match '(?s)enabledBackend: ca-1.*secret: mesh-ca-cert.*secret: mesh-ca-key'
        }
    }

    It 'leaves an authority that can be taken over again' {
        $store = Connect-MeshStore "$folder/again" -Create -NoDefault
        (Import-MeshCa back -Path "$folder/out/kubernetes/authority.yaml" -Store $store).Subject | Should -Be 'CN=shop,O=Kuma'
    }

    It 'goes again without another authority' {
        (Invoke-Example Runbook-Kuma.ps1 -Arguments '-StorePath', "$folder/store", '-OutputPath', "$folder/second", '-Mesh', 'shop').ExitCode | Should -Be 0
        Get-Content -Raw "$folder/second/universal/authority.yaml" | Should -Be (Get-Content -Raw "$folder/out/universal/authority.yaml")
    }

    It 'keeps what stands in a Mesh, and writes nothing that Kuma refuses' {
        Set-Content "$folder/mesh.yaml" "type: Mesh`nname: shop`nmetrics:`n  enabledBackend: prom`n"
        $arguments = '-StorePath', "$folder/store", '-Mesh', 'shop', '-MeshPath', "$folder/mesh.yaml"
        (Invoke-Example Runbook-Kuma.ps1 -Arguments ($arguments + '-OutputPath', "$folder/kept")).ExitCode | Should -Be 0
        Get-Content -Raw "$folder/kept/universal/mesh.yaml" | Should -Match '(?s)enabledBackend: prom.*enabledBackend: mesh-ca'

        Set-Content "$folder/mesh.yaml" "type: Mesh`nname: shop`nmtls:`n  enabledBackend: ca-1`n  backends:`n  - name: ca-1`n    type: builtin`n"
        $refused = Invoke-Example Runbook-Kuma.ps1 -Arguments ($arguments + '-OutputPath', "$folder/refused")
        $refused.ExitCode | Should -Be 1
        $refused.Errors | Should -Match 'KumaOneBackend: .*cannot have more than 1 backends'
        Test-Path "$folder/refused" | Should -BeFalse

        (Invoke-Example Runbook-Kuma.ps1 -Arguments ($arguments + '-OutputPath', "$folder/replaced", '-RemoveBackend', 'ca-1')).ExitCode | Should -Be 0
        Get-Content -Raw "$folder/replaced/universal/mesh.yaml" | Should -Match 'enabledBackend: mesh-ca'
        Get-Content -Raw "$folder/replaced/universal/mesh.yaml" | Should -Not -Match 'ca-1'
    }

    It 'speaks of a file that is not there' {
        $refused = Invoke-Example Runbook-Kuma.ps1 -Arguments '-StorePath', "$folder/store", '-OutputPath', "$folder/none", '-MeshPath', "$folder/none.yaml"
        $refused.ExitCode | Should -Be 2
    }
}

Describe 'Runbook-KongMesh.ps1' {
    BeforeAll {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'kong')).FullName
        Set-Content "$folder/mesh.yaml" "apiVersion: kuma.io/v1alpha1`nkind: Mesh`nmetadata:`n  name: default`nspec:`n  mtls:`n    enabledBackend: ca-1`n    backends:`n    - name: ca-1`n      type: builtin`n  metrics:`n    enabledBackend: prom`n"
        $arguments = '-StorePath', "$folder/store", '-MeshPath', "$folder/mesh.yaml", '-OutputPath', "$folder/out"
        $run = Invoke-Example Runbook-KongMesh.ps1 -Arguments ($arguments + '-OldBackend', 'ca-1', '-NewBackend', 'ca-2')
    }

    It 'writes the three steps of a change of authorities' {
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        $steps = '1-trust-both', '2-sign-anew', '3-drop-old' | ForEach-Object { Get-Content -Raw "$folder/out/$_.yaml" }
        $steps | ForEach-Object { $_ | Should -Match 'enabledBackend: prom' }
        $steps.ForEach({ [regex]::Matches($_, '- name: (ca-\d)').ForEach({ $_.Groups[1].Value }) -join ',' }) | Should -Be 'ca-1,ca-2', 'ca-1,ca-2', 'ca-2'
        $steps.ForEach({ [regex]::Match($_, 'enabledBackend: (ca-\d)').Groups[1].Value }) | Should -Be 'ca-1', 'ca-2', 'ca-2'
        Get-Content -Raw "$folder/out/authority.yaml" | Should -Match '(?s)name: ca-2-cert\n.*namespace: kong-mesh-system\n'
    }

    It 'stops at a backend that is not the one that signs' {
        $refused = Invoke-Example Runbook-KongMesh.ps1 -Arguments ($arguments + '-OldBackend', 'ca-9', '-NewBackend', 'ca-3')
        $refused.ExitCode | Should -Be 2
        $refused.Errors | Should -Match 'KumaBackendUnknown'
    }
}

Describe 'Runbook-Osm.ps1' {
    BeforeAll {
        $folder = Join-Path $TestDrive 'osm'
        $run = Invoke-Example Runbook-Osm.ps1 -Arguments '-OutputPath', $folder, '-TrustDomain', 'shop.example'
    }

    It 'succeeds' {
        $run.Errors | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        $run.Output | Should -Match 'Refused, as it should be: .*osm-ca-bundle-2'
    }

    It 'writes bundles that OSM reads, with the key only where it signs itself' {
        Get-Content "$folder/v0.6/osm-ca-bundle.yaml" -Raw | Should -Match '(?s)ca.crt: .*expiration: .*private.key: '
        Get-Content "$folder/tresor/osm-ca-bundle.yaml" -Raw | Should -Not -Match 'expiration'
        Get-Content "$folder/cert-manager/osm-ca-bundle.yaml" -Raw | Should -Not -Match 'private.key'
        (Get-MeshCertificate "$folder/v0.6/osm-ca-bundle.yaml" | Where-Object IsCa).Thumbprint | Should -Be (Get-MeshCa osm-ca-bundle -Store (Open-Store $folder)).Thumbprint
        if (-not $IsWindows) {
            (Get-Item "$folder/tresor/osm-ca-bundle.yaml").UnixMode | Should -Be '-rw-------'
        }
    }

    It 'writes steps that are sound one after another' {
        $steps = @(Get-ChildItem "$folder/rotation" | Sort-Object Name)
        $steps.Count | Should -Be 5
        foreach ($number in 1..4) {
            # Each step against the one before it: nothing changes but one role, by one step.
            $changes = @($steps[$number - 1], $steps[$number] | ForEach-Object { Get-ChildItem $_ -Filter root-*.yaml } | Get-Content -Raw |
                    Test-MeshSecret -For Osm | Where-Object RuleId -In OsmMrcImmutable, OsmMrcRoleStep)
            $changes | Should -BeNullOrEmpty -Because $steps[$number].Name
        }
    }

    It 'ends with 1 and names what breaks a rule' {
        $lost = Join-Path $TestDrive 'osm-lost'
        $null = New-Item -ItemType Directory "$lost/v0.6"
        Set-Content "$lost/v0.6/old.yaml" "apiVersion: v1`nkind: Secret`ntype: Opaque`nmetadata: {name: osm-ca-bundle, namespace: osm-system}`ndata: {ca.tls: YQ==}"
        $failed = Invoke-Example Runbook-Osm.ps1 -Arguments '-OutputPath', $lost
        $failed.ExitCode | Should -Be 1
        $failed.Errors | Should -Match '^OsmBundleCaCrt: .*ca\.tls'
    }
}

Describe 'A second run of <Name>' -ForEach @(
    @{ Name = 'Runbook-GlooMesh'; Roots = 'relay-root', 'istio-root' }
    @{ Name = 'Runbook-Istio'; Roots = 'root-ca', 'cluster1', 'cluster2' }
    @{ Name = 'Runbook-Mspider'; Roots = , 'example.com' }
    @{ Name = 'Runbook-Osm'; Roots = 'osm-ca-bundle', 'osm-ca-bundle-2' }
    @{ Name = 'Runbook-RepairMaterial'; Roots = , 'example.com' }
) {
    It 'succeeds, and keeps the authorities' {
        $folder = Join-Path $TestDrive "again-$Name"
        $thumbprints = foreach ($time in 1..2) {
            $run = Invoke-Example "$Name.ps1" -Arguments '-OutputPath', $folder
            $run.Errors | Should -BeNullOrEmpty
            $run.ExitCode | Should -Be 0
            $store = Open-Store $folder
            ($Roots | ForEach-Object { $root = $_; Get-MeshCa -Store $store | Where-Object Name -EQ $root }).Thumbprint -join ','
            Disconnect-MeshStore $store.Name
        }

        $thumbprints[0].Split(',').Count | Should -Be $Roots.Count
        $thumbprints[1] | Should -Be $thumbprints[0]
    }
}
