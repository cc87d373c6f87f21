# Gloo Mesh: relay secrets, roots of virtual meshes, saved authorities. The default store of a home of its own is used.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    $null = New-MeshCa relay-root -KeyAlgorithm Rsa2048
}

Describe 'New-MeshRelaySecret' {
    BeforeAll {
        $made = 'cluster-1', 'cluster-2' | New-MeshRelaySecret -Issuer relay-root -ServerDnsName relay.example.com -Label @{ team = 'platform' }
    }

    It 'makes the whole set, each for its place' {
        $made.Name | Should -Be @(
            'relay-root-tls-secret', 'relay-tls-signing-secret', 'relay-server-tls-secret', 'relay-identity-token-secret'
            'relay-client-tls-secret.cluster-1', 'relay-root-tls-secret.cluster-1', 'relay-identity-token-secret.cluster-1'
            'relay-client-tls-secret.cluster-2', 'relay-root-tls-secret.cluster-2', 'relay-identity-token-secret.cluster-2'
        )
        $made.Namespace | Select-Object -Unique | Should -Be 'gloo-mesh'
        $made.ForEach({ $_.Labels['team'] }) | Select-Object -Unique | Should -Be 'platform'
        (Get-MeshSecret -Label @{ 'meshsecrets.io/cluster' = 'cluster-2' }).Count | Should -Be 3
    }

    It 'gives the server its names and both sides both usages' {
        $server = Get-MeshTlsKey relay-server-tls-secret -Namespace gloo-mesh
        $server.DnsName | Should -Be '*.gloo-mesh', 'gloo-mesh-mgmt-server.gloo-mesh', 'relay.example.com'
        foreach ($key in $server, (Get-MeshTlsKey relay-client-tls-secret.cluster-1 -Namespace gloo-mesh)) {
            $certificate = ($key | Get-MeshCertificate)[0]
            $certificate.KeyUsage | Should -Be 'DigitalSignature', 'KeyEncipherment'
            $certificate.ExtendedKeyUsage | Should -Be 'serverAuth', 'clientAuth'
            $certificate.IsCa | Should -BeFalse
        }
    }

    It 'names each agent by its cluster' {
        (Get-MeshTlsKey relay-client-tls-secret.* -Namespace gloo-mesh).DnsName | Should -Be 'cluster-1', 'cluster-2'
        (Get-MeshTlsKey relay-client-tls-secret.* -Namespace gloo-mesh).Thumbprint | Select-Object -Unique | Should -HaveCount 2
    }

    It 'makes a real authority to sign with, below the root' {
        $signing = (Get-MeshTlsKey relay-tls-signing-secret -Namespace gloo-mesh | Get-MeshCertificate)[0]
        $signing.IsCa | Should -BeTrue
        $signing.PathLength | Should -Be 0
        $signing.Issuer | Should -Be 'CN=relay-root'
    }

    It 'keeps the key of the root out of every cluster, and one token for all' {
        (Get-MeshSecret relay-root-tls-secret* -Namespace gloo-mesh).DataKeys | Select-Object -Unique | Should -Be 'ca.crt'
        $tokens = 'relay-identity-token-secret', 'relay-identity-token-secret.cluster-1', 'relay-identity-token-secret.cluster-2' |
            ForEach-Object { Get-MeshSecret $_ -Namespace gloo-mesh -Key token -AsPlainText }
        $tokens | Select-Object -Unique | Should -HaveCount 1
        $tokens[0] | Should -MatchExactly '^[A-Za-z0-9_-]{43}$'
    }

    It 'refuses what is there, and changes nothing' {
        { New-MeshRelaySecret cluster-2, cluster-3 -Issuer relay-root -ErrorAction Stop } | Should -Throw -ErrorId 'RelaySecretsExist,*'
        Get-MeshSecret *.cluster-3 -Namespace gloo-mesh | Should -BeNullOrEmpty
        (Get-MeshSecret -Namespace gloo-mesh).Version | Select-Object -Unique | Should -Be 1
    }

    It 'adds a cluster, which gets the token that is there' {
        $added = New-MeshRelaySecret cluster-3 -Issuer relay-root -AgentOnly
        $added.Name | Should -Be 'relay-client-tls-secret.cluster-3', 'relay-root-tls-secret.cluster-3', 'relay-identity-token-secret.cluster-3'
        Get-MeshSecret relay-identity-token-secret.cluster-3 -Namespace gloo-mesh -AsPlainText |
            Should -BeExactly (Get-MeshSecret relay-identity-token-secret -Namespace gloo-mesh -AsPlainText)
    }

    It 'makes all anew with -Force, and the first generation by its name' {
        $null = New-MeshRelaySecret cluster-1 -Issuer relay-root -Namespace other
        $forced = New-MeshRelaySecret cluster-1 -Issuer relay-root -Namespace other -ApiGeneration v1 -KeyAlgorithm P256 -ValidFor 24h -Force
        $forced.Version | Select-Object -Unique | Should -Be 2
        $server = Get-MeshTlsKey relay-server-tls-secret -Namespace other
        $server.DnsName | Should -Be '*.other', 'enterprise-networking.other'
        $server.KeyAlgorithm | Should -Be 'P256'
        ($server | Get-MeshCertificate)[0].KeyUsage | Should -Be 'DigitalSignature'
        ($server.NotAfter - $server.NotBefore).TotalHours | Should -BeLessThan 25
    }

    It 'is renewed by the authority that is recorded' {
        $renewed = Invoke-MeshCertRotation relay-client-tls-secret.cluster-1 -Namespace gloo-mesh -Force
        $renewed.Status | Should -Be 'Renewed'
        $after = Get-MeshTlsKey relay-client-tls-secret.cluster-1 -Namespace gloo-mesh
        $after.DnsName | Should -Be 'cluster-1'
        ($after | Get-MeshCertificate)[0].ExtendedKeyUsage | Should -Be 'serverAuth', 'clientAuth'
    }

    It 'changes nothing with -WhatIf' {
        New-MeshRelaySecret never -Issuer relay-root -AgentOnly -WhatIf | Should -BeNullOrEmpty
        Get-MeshSecret *.never -Namespace gloo-mesh | Should -BeNullOrEmpty
    }

    It 'refuses <Case> with <Id>' -ForEach @(
        @{ Case = 'an issuer that is not there'; Id = 'IssuerNotFound'; Parameters = @{ Issuer = 'nobody'; Namespace = 'x' } }
        @{ Case = 'an issuer that may have none below it'; Id = 'PathLengthExceeded'; Parameters = @{ Issuer = 'lowest'; Namespace = 'x' } }
        @{ Case = 'a cluster that is no name'; Id = 'SecretNameInvalid'; Parameters = @{ Cluster = 'Cluster_1'; Issuer = 'relay-root'; Namespace = 'x' } }
        @{ Case = 'a wrong namespace'; Id = 'NamespaceInvalid'; Parameters = @{ Issuer = 'relay-root'; Namespace = 'x.y' } }
        @{ Case = 'agents where there is no token'; Id = 'SecretNotFound'; Parameters = @{ Issuer = 'relay-root'; Namespace = 'x'; AgentOnly = $true } }
        @{ Case = 'a name that the authority does not allow'; Id = 'PolicyName'; Parameters = @{ Issuer = 'narrow'; Namespace = 'x' } }
    ) {
        $null = New-MeshCa lowest -Issuer relay-root -PathLength 0 -Force
        $null = New-MeshCa narrow -AllowedDnsName '*.gloo-mesh' -Force
        $all = @{ Cluster = 'cluster-1'; KeyAlgorithm = 'P256' }
        $Parameters.GetEnumerator() | ForEach-Object { $all[$_.Key] = $_.Value }
        { New-MeshRelaySecret @all -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
        Get-MeshSecret -Namespace x | Should -BeNullOrEmpty
    }
}

Describe 'Save-MeshCa' {
    BeforeAll {
        # What 'kubectl get secret -n gloo-mesh -o yaml' and its like give, from authorities whose keys are known.
        $null = New-MeshCa signing -Issuer relay-root
        $null = New-MeshCa vm-root -KeyAlgorithm Rsa2048 -Subject 'O=gloo-mesh'
        $yaml = @{}
        foreach ($each in @(
                @{ Ca = 'relay-root'; Format = 'GlooRelayRoot' }, @{ Ca = 'signing'; Format = 'GlooRelaySigning' }, @{ Ca = 'vm-root'; Format = 'GlooVirtualMesh' }
                @{ Ca = 'vm-root'; Format = 'IstioCaSecret' }, @{ Ca = 'signing'; Format = 'IstioCacerts' }, @{ Ca = 'vm-root'; Format = 'OsmCaBundle' }, @{ Ca = 'vm-root'; Format = 'KumaBuiltin' }, @{ Ca = 'signing'; Format = 'KumaProvided' })) {
            $yaml[$each.Format] = Export-MeshCaBundle $each.Ca -Format $each.Format -IncludePrivateKey -AsString
        }

        $gloo = $yaml.GlooRelayRoot, $yaml.GlooRelaySigning, $yaml.GlooVirtualMesh -join "---`n"
        $leaf = New-MeshTlsKey leaf -Issuer relay-root -DnsName leaf.example -KeyAlgorithm P256 -Global
        function Get-Pem([string] $Path) { Get-Content $Path -Raw }
    }

    It 'saves every authority of a namespace complete, each in a folder of its own' {
        $saved = $gloo | Save-MeshCa -Destination "$TestDrive/safe"
        $saved.Name | Should -Be 'relay-root-tls-secret', 'relay-tls-signing-secret', 'virtual-mesh.gloo-mesh'
        $saved.Format | Should -Be 'GlooRelayRoot', 'GlooRelaySigning', 'GlooVirtualMesh'
        $saved.IsVerified | Select-Object -Unique | Should -BeTrue
        foreach ($each in $saved) {
            Get-ChildItem $each.Path -Name | Sort-Object | Should -Be 'ca.crt', 'tls.crt', 'tls.key'
            if (-not $IsWindows) {
                (Get-Item $each.Path).UnixMode | Should -Be 'drwx------'
                (Get-Item (Join-Path $each.Path tls.key)).UnixMode | Should -Be '-rw-------'
            }

            $certificate = (Get-MeshCertificate (Join-Path $each.Path tls.crt))[0]
            $certificate.Thumbprint | Should -Be $each.Thumbprint
            (Get-MeshCertificate (Join-Path $each.Path tls.key)).PublicKeyThumbprint | Should -Be $certificate.PublicKeyThumbprint
        }
    }

    It 'saves the certificate of the signing authority, not that of the root beside it' {
        $folder = "$TestDrive/signing"
        $saved = $yaml.GlooRelaySigning | Save-MeshCa -Destination $folder
        $saved.Subject | Should -Be 'CN=signing'
        $saved.Thumbprint | Should -Be (Get-MeshCa signing).Thumbprint
        (Get-MeshCertificate "$folder/relay-tls-signing-secret/ca.crt").Subject | Should -Be 'CN=relay-root'
    }

    It 'gives back what it saved' {
        $safe = "$TestDrive/back"
        $null = $gloo | Save-MeshCa -Destination $safe
        $back = Import-MeshCa back -CertificatePath "$safe/relay-tls-signing-secret/tls.crt" -KeyPath "$safe/relay-tls-signing-secret/tls.key" -CaPath "$safe/relay-tls-signing-secret/ca.crt"
        $back.Thumbprint | Should -Be (Get-MeshCa signing).Thumbprint
        (New-MeshTlsKey by-back -Issuer back -DnsName a.example).IssuerSubject | Should -Be 'CN=signing'
    }

    It 'knows the authorities of other meshes' {
        ($yaml.IstioCaSecret | Save-MeshCa -Destination "$TestDrive/istio").Format | Should -Be 'IstioCaSecret'
        ($yaml.IstioCacerts | Save-MeshCa -Destination "$TestDrive/cacerts").Subject | Should -Be 'CN=signing'
        ($yaml.OsmCaBundle | Save-MeshCa -Destination "$TestDrive/osm").Name | Should -Be 'osm-ca-bundle'
        $kuma = $yaml.KumaBuiltin, $yaml.KumaProvided -join "---`n" | Save-MeshCa -Destination "$TestDrive/kuma"
        $kuma.Format | Should -Be 'KumaBuiltin', 'KumaProvided'
        $kuma.Name | Should -Be 'default.ca-builtin-cert-ca-1', 'signing-cert'
        (Get-MeshCertificate "$TestDrive/kuma/signing-cert/ca.crt").Subject | Should -Be 'CN=relay-root'
        $yaml.KumaBuiltin -replace 'ca-builtin-key', 'gone' | Save-MeshCa -Destination "$TestDrive/half" -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
        $failed.FullyQualifiedErrorId | Should -BeLike 'FormatIncomplete,*'
    }

    It 'takes text line by line, lists, files and folders' {
        ($gloo -split "`n" | Save-MeshCa -Destination "$TestDrive/lines").Count | Should -Be 3
        $list = @{ apiVersion = 'v1'; kind = 'List'; items = @(@{ apiVersion = 'v1'; kind = 'Secret'; metadata = @{ name = 'relay-root-tls-secret'; namespace = 'gloo-mesh' }; data = @{
                        'ca.crt' = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((Get-MeshSecret relay-root -Global -Key tls.crt -AsPlainText)))
                        'tls.key' = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((Get-MeshSecret relay-root -Global -Key tls.key -AsPlainText)))
                    } }) } | ConvertTo-Json -Depth 9
        ($list | Save-MeshCa -Destination "$TestDrive/list").Subject | Should -Be 'CN=relay-root'
        $dump = New-Item -ItemType Directory "$TestDrive/dump"
        Set-Content "$dump/a.yaml" $yaml.GlooRelayRoot
        Set-Content "$dump/b.yaml" $yaml.GlooVirtualMesh
        (Save-MeshCa "$dump/*.yaml" -Destination "$TestDrive/files").Count | Should -Be 2
        (Get-ChildItem $dump | Save-MeshCa -Destination "$TestDrive/items").Count | Should -Be 2
        (Save-MeshCa -LiteralPath $dump -Destination "$TestDrive/folder").Count | Should -Be 2
    }

    It 'saves as encrypted PKCS#12' {
        $password = ConvertTo-SecureString 'only for this test' -AsPlainText
        $saved = $gloo | Save-MeshCa -Destination "$TestDrive/p12" -Password $password
        $saved.Path | Split-Path -Leaf | Should -Be 'relay-root-tls-secret.p12', 'relay-tls-signing-secret.p12', 'virtual-mesh.gloo-mesh.p12'
        (Import-MeshCa from-p12 -Pkcs12Path $saved[1].Path -Password $password).Thumbprint | Should -Be (Get-MeshCa signing).Thumbprint
        if (-not $IsWindows) {
            (Get-Item $saved[0].Path).UnixMode | Should -Be '-rw-------'
        }
    }

    It 'saves into the store, where it can issue' {
        $saved = $gloo | Save-MeshCa -ToStore
        $saved.Store.Name | Select-Object -Unique | Should -Be 'default'
        (Get-MeshCa relay-tls-signing-secret -Global).Thumbprint | Should -Be (Get-MeshCa signing).Thumbprint
        (New-MeshTlsKey agent -Issuer virtual-mesh.gloo-mesh -DnsName a.example).IssuerSubject | Should -Be 'O=gloo-mesh'
        { $gloo | Save-MeshCa -ToStore -ErrorAction Stop } | Should -Throw -ErrorId 'SecretExists,*'
        @($gloo | Save-MeshCa -ToStore -Force).Count | Should -Be 3
    }

    It 'saves from the store, with a note in the trail' {
        $saved = Get-MeshCa vm-root | Save-MeshCa -Destination "$TestDrive/stored"
        $saved.Format | Should -Be 'MeshSecrets'
        (Get-MeshCertificate "$TestDrive/stored/vm-root/tls.crt").Thumbprint | Should -Be (Get-MeshCa vm-root).Thumbprint
        (Get-MeshStoreAudit -Action export)[-1].Name | Should -Be 'vm-root'
        Save-MeshCa -Name leaf -Destination "$TestDrive/none" -WarningAction SilentlyContinue -WarningVariable warned | Should -BeNullOrEmpty
        $warned | Should -Match 'nothing was saved'
    }

    It 'overwrites nothing without -Force' {
        $folder = "$TestDrive/once"
        $null = $yaml.GlooRelayRoot | Save-MeshCa -Destination $folder
        Set-Content "$folder/relay-root-tls-secret/tls.key" 'mine'
        { $yaml.GlooRelayRoot | Save-MeshCa -Destination $folder -ErrorAction Stop } | Should -Throw -ErrorId 'FileExists,*'
        Get-Pem "$folder/relay-root-tls-secret/tls.key" | Should -Match '^mine'
        ($yaml.GlooRelayRoot | Save-MeshCa -Destination $folder -Force).IsVerified | Should -BeTrue
    }

    It 'names what is incomplete, and saves the rest' {
        $broken = $yaml.GlooRelaySigning -replace '(?m)^  tls\.crt: .*\n', ''
        $keyless = $yaml.GlooVirtualMesh -replace '(?m)^  key\.pem: .*\n', ''
        $saved = $broken, $keyless, $yaml.GlooRelayRoot -join "---`n" | Save-MeshCa -Destination "$TestDrive/part" -ErrorAction SilentlyContinue -ErrorVariable failed
        $saved.Name | Should -Be 'relay-root-tls-secret'
        $failed.FullyQualifiedErrorId -replace ',.*' | Should -Be 'SecretDataKeyMissing', 'FormatIncomplete'
        "$($failed[0])" | Should -Match 'relay-tls-signing-secret.*tls.crt'
        "$($failed[1])" | Should -Match 'virtual-mesh.gloo-mesh.*key.pem'
    }

    It 'refuses the backup that a published guide makes of the signing authority: the certificate above it, with its key' {
        # kubectl get secret -o jsonpath='{.data.ca\.crt}' relay-tls-signing-secret > ca.crt; the same for tls.key
        $folder = New-Item -ItemType Directory "$TestDrive/relay-tls-signing-secret"
        Set-Content "$folder/ca.crt" (Get-MeshSecret relay-root -Global -Key tls.crt -AsPlainText)
        Set-Content "$folder/tls.key" (Get-MeshSecret signing -Global -Key tls.key -AsPlainText)
        Save-MeshCa -LiteralPath $folder -Destination "$TestDrive/guide" -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
        $failed.FullyQualifiedErrorId | Should -BeLike 'FormatIncomplete,*'
        Test-Path "$TestDrive/guide" | Should -BeFalse
    }

    It 'takes a root without its key for what it is: trusted, not an authority' {
        $agent = Export-MeshCaBundle relay-root -Format GlooRelayRoot -AsString
        $agent | Save-MeshCa -Destination "$TestDrive/agent" -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        Test-Path "$TestDrive/agent" | Should -BeFalse
    }

    It 'changes nothing with -WhatIf' {
        $gloo | Save-MeshCa -Destination "$TestDrive/whatif" -WhatIf | Should -BeNullOrEmpty
        Test-Path "$TestDrive/whatif" | Should -BeFalse
    }

    It 'refuses <Case> with <Id>' -ForEach @(
        @{ Case = 'no place'; Id = 'SavedCaPlaceMissing'; Parameters = @{} }
        @{ Case = 'two places'; Id = 'SavedCaPlaceMissing'; Parameters = @{ Destination = 'x'; ToStore = $true } }
        @{ Case = 'a password for a store'; Id = 'SavedCaPasswordUnused'; Parameters = @{ ToStore = $true; Password = (ConvertTo-SecureString 'x' -AsPlainText) } }
    ) {
        { $gloo | Save-MeshCa @Parameters -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
    }

    It 'does not put two of one name into one place' {
        $twice = $yaml.GlooRelayRoot, ($yaml.GlooRelayRoot -replace 'namespace: gloo-mesh', 'namespace: other') -join "---`n"
        $saved = $twice | Save-MeshCa -Destination "$TestDrive/twice" -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        @($saved).Count | Should -Be 1
        $failed.FullyQualifiedErrorId | Should -BeLike 'SavedCaNameTaken,*'
    }
}

Describe 'New-MeshRootTrust' {
    It 'names a root of ones own in the second generation' {
        $policy = Get-MeshCa relay-root | New-MeshRootTrust -PassiveCertificateAuthority former-root -IntermediateTtlDays 30 -AutoRestartPods
        "$($policy.ApiVersion) $policy" | Should -Be 'admin.gloo.solo.io/v2 RootTrustPolicy gloo-mesh/root-trust-policy'
        $yaml = Get-MeshCa relay-root | New-MeshRootTrust -PassiveCertificateAuthority former-root -IntermediateTtlDays 30 -AutoRestartPods -AsString
        ($yaml -replace '(?s)^.*\nspec:\n', '').TrimEnd() | Should -BeExactly (@(
                '  config:'
                '    mgmtServerCa:'
                '      secretRef:'
                '        name: relay-root'
                '        namespace: gloo-mesh'
                '    passiveCertificateAuthorities:'
                '    - secretRef:'
                '        name: former-root'
                '        namespace: gloo-mesh'
                '    intermediateCertOptions:'
                '      ttlDays: 30'
                '    autoRestartPods: true'
            ) -join "`n")
    }

    It 'makes the VirtualMesh of the guide in the first' {
        $yaml = New-MeshRootTrust -ApiGeneration v1 -Generated -AutoRestartPods -MeshName istiod-istio-system-cluster-1, istiod-istio-system-cluster-2 -AsString
        $yaml | Should -BeLike "*apiVersion: networking.mesh.gloo.solo.io/v1`nkind: VirtualMesh`nmetadata:`n  name: virtual-mesh`n  namespace: gloo-mesh`n*"
        ($yaml -replace '(?s)^.*\nspec:\n', '').TrimEnd() | Should -BeExactly (@(
                '  mtlsConfig:'
                '    autoRestartPods: true'
                '    shared:'
                '      rootCertificateAuthority:'
                '        generated: {}'
                '  federation:'
                '    selectors:'
                '    - {}'
                '  meshes:'
                '  - name: istiod-istio-system-cluster-1'
                '    namespace: gloo-mesh'
                '  - name: istiod-istio-system-cluster-2'
                '    namespace: gloo-mesh'
            ) -join "`n")
    }

    It 'says bits where Gloo Mesh says bytes' {
        New-MeshRootTrust -Generated -KeyBits 4096 -TtlDays 730 -OrgName Example -AsString | Should -Match 'rsaKeySizeBytes: 4096'
        { New-MeshRootTrust -Generated -KeyBits 512 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'names Vault, by a token or a role' {
        New-MeshRootTrust -VaultServer https://vault:8200 -VaultTokenSecretName vault-token -AsString | Should -Match '(?s)agentCa:.*csrPath: pki_int/intermediate/generate/exported.*tokenSecretRef:\s+name: vault-token'
        New-MeshRootTrust -ApiGeneration v1 -VaultServer https://vault:8200 -VaultKubernetesRole istio -AsString | Should -Match '(?s)intermediateCertificateAuthority:.*kubernetesAuth:\s+role: istio'
    }

    It 'refuses <Case> with <Id>' -ForEach @(
        @{ Case = 'nobody who signs'; Id = 'RootTrustWithoutRoot'; Parameters = @{} }
        @{ Case = 'something that is no secret'; Id = 'RootTrustSecretExpected'; Parameters = @{ InputObject = 7 } }
        @{ Case = 'Vault without login'; Id = 'RootTrustVaultLogin'; Parameters = @{ VaultServer = 'https://vault' } }
        @{ Case = 'Vault with two logins'; Id = 'RootTrustVaultLogin'; Parameters = @{ VaultServer = 'https://vault'; VaultTokenSecretName = 'a'; VaultKubernetesRole = 'b' } }
        @{ Case = 'passive authorities of a VirtualMesh'; Id = 'FormatCannotCarry'; Parameters = @{ ApiGeneration = 'v1'; CaSecretName = 'a'; PassiveCertificateAuthority = 'b' } }
    ) {
        { New-MeshRootTrust @Parameters -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
    }
}
