# The cmdlets on a store in a cluster. It is a cluster of this file's own: the kinds of meshes are defined in it, and kuma-system is made.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1') -Force
    . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1')
    $cluster = Get-TestCluster -Own
    if (-not $cluster.WhyNone) {
        $null = Invoke-Kubectl $cluster apply, -f, (Join-Path (Split-Path $PSScriptRoot) 'kubernetes/crds')
        Wait-TestKind $cluster
        $null = Invoke-Kubectl $cluster create, namespace, kuma-system
        $store = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Name cluster
    }
    function Get-Failure([scriptblock] $Script) {
        $failures = @(& $Script 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
        $failures | ForEach-Object { $_.FullyQualifiedErrorId.Split(',')[0] }
    }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    Remove-TestCluster $cluster
}

Describe 'Secrets of a cluster' {
    BeforeEach {
        Skip-WithoutCluster $cluster -Own
        $namespace = New-TestNamespace $cluster
    }

    It 'are made, read, changed and removed, and kubectl sees them' {
        $made = New-MeshSecret pw -Value first -Namespace $namespace -Label @{ team = 'shop' }
        $made.Namespace | Should -Be $namespace
        Get-MeshSecret pw -Namespace $namespace -AsPlainText | Should -Be first
        $data = Invoke-Kubectl $cluster get, secret, pw, -n, $namespace, -o, json | ConvertFrom-Json
        $data.metadata.labels.team | Should -Be shop
        [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($data.data.psobject.Properties.Value)) | Should -Be first
        "$($data.metadata)" | Should -Not -Match 'first'

        (Set-MeshSecret pw -Value second -Namespace $namespace -PassThru).ResourceVersion | Should -Not -Be $made.ResourceVersion
        Get-Failure { $made | Remove-MeshSecret -Confirm:$false } | Should -Be SecretConflict
        Get-MeshSecret pw -Namespace $namespace | Remove-MeshSecret -Confirm:$false
        Get-Failure { Get-MeshSecret pw -Namespace $namespace } | Should -Be SecretNotFound
    }

    It 'are changed by -WhatIf in nothing' {
        New-MeshSecret pw -Value x -Namespace $namespace -WhatIf
        Get-MeshSecret p* -Namespace $namespace | Should -BeNullOrEmpty
        $null = New-MeshSecret pw -Value x -Namespace $namespace
        Remove-MeshSecret pw -Namespace $namespace -WhatIf
        Get-MeshSecret pw -Namespace $namespace | Should -Not -BeNullOrEmpty
    }

    It 'of a namespace that does not exist are an error, which stops nothing' {
        $failed = @()
        foreach ($command in { Get-MeshSecret -Namespace nosuch }, { Get-MeshTlsKey -Namespace nosuch }, { Invoke-MeshCertRotation -Namespace nosuch }, { Invoke-MeshCertRotation -Namespace nosuch -WhatIf }) {
            $failed += Get-Failure $command
        }
        $failed | Should -Be (@('NamespaceNotFound') * 4)
        Get-MeshTlsKey -Namespace $namespace -ErrorAction Stop | Should -BeNullOrEmpty
        Get-MeshTlsKey -Namespace nosuch* -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'of kubectl are read: Opaque, TLS, tokens, registries, and those of broken content' {
        $null = Invoke-Kubectl $cluster create, secret, generic, plain, -n, $namespace, '--from-literal=a=1', '--from-literal=b=2'
        $null = Invoke-Kubectl $cluster create, secret, docker-registry, registry, -n, $namespace, '--docker-username=u', '--docker-password=p'
        $null = "apiVersion: v1`nkind: Secret`ntype: kubernetes.io/tls`nmetadata: {name: broken, namespace: $namespace}`nstringData: {tls.crt: 'no', tls.key: 'no'}" | Invoke-Kubectl $cluster apply, -f, -
        $found = Get-MeshSecret -Namespace $namespace
        ($found | Where-Object Name -eq plain).DataKeys | Should -Be a, b
        ($found | Where-Object Name -eq registry).Type | Should -Be 'kubernetes.io/dockerconfigjson'
        ($found | Where-Object Name -eq broken).Type | Should -Be 'kubernetes.io/tls'
        $found.Type | Should -Contain 'kubernetes.io/service-account-token'
        Get-MeshSecret plain -Namespace $namespace -Key b -AsPlainText | Should -Be 2
        (Get-MeshSecret -Namespace $namespace -Type 'kubernetes.io/tls').Name | Should -Be broken
        Get-Failure { Set-MeshSecret plain -Key a -Value other -Namespace $namespace } | Should -Be FieldManagerConflict
    }

    It 'whose certificate another put in are listed with that one, and taken over on demand alone' {
        $null = New-MeshCa root -Namespace $namespace
        $ours = New-MeshTlsKey web -Issuer root -DnsName ours.example -Namespace $namespace
        $theirs = New-MeshTlsKey other -Issuer root -DnsName theirs.example -Namespace $namespace
        $data = (Invoke-Kubectl $cluster get, secret, other, -n, $namespace, -o, json | ConvertFrom-Json).data
        $patch = @{ data = @{ 'tls.crt' = $data.'tls.crt'; 'tls.key' = $data.'tls.key' } } | ConvertTo-Json -Compress
        $null = Invoke-Kubectl $cluster patch, secret, web, -n, $namespace, -p, $patch
        $listed = Get-MeshTlsKey -Namespace $namespace | Where-Object Name -eq web
        $listed.Thumbprint | Should -Be $theirs.Thumbprint -Because 'the annotations still tell of the former one'
        $listed.Thumbprint | Should -Not -Be $ours.Thumbprint

        Get-Failure { Invoke-MeshCertRotation web -Namespace $namespace -Force } | Should -Be FieldManagerConflict
        $forced = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -ForceConflicts -Name forced -NoDefault
        (Invoke-MeshCertRotation web -Namespace $namespace -Force -Store $forced).Status | Should -Be Renewed
    }

    It 'that finalizers keep are told as being removed, and their name as not yet free' {
        'held', 'free' | ForEach-Object { $null = New-MeshSecret $_ -Value x -Namespace $namespace }
        $null = Invoke-Kubectl $cluster patch, secret, held, -n, $namespace, -p, '{"metadata":{"finalizers":["example.com/backup"]}}'
        $removed = Remove-MeshSecret held, free -Namespace $namespace -Confirm:$false -PassThru -WarningVariable told -WarningAction SilentlyContinue -ErrorAction Stop
        $removed.Name | Should -Be 'free'
        "$told" | Should -BeLike "*$namespace/held is being removed*example.com/backup*"
        { New-MeshSecret held -Value y -Namespace $namespace -ErrorAction Stop } | Should -Throw '*is being removed*example.com/backup*' -ErrorId 'SecretBeingRemoved,*'
        { New-MeshSecret held -Value y -Namespace $namespace -Force -ErrorAction Stop } | Should -Throw -ErrorId 'SecretBeingRemoved,*'
        $null = Invoke-Kubectl $cluster patch, secret, held, -n, $namespace, -p, '{"metadata":{"finalizers":null}}'
        (New-MeshSecret held -Value y -Namespace $namespace).Name | Should -Be 'held'
    }

    It 'are selected by label and type' {
        $null = New-MeshSecret a -Value 1 -Namespace $namespace -Label @{ team = 'x' }
        $null = New-MeshSecret b -Value 2 -Namespace $namespace -Label @{ team = 'y' }
        (Get-MeshSecret -Namespace $namespace -Label @{ team = 'x' }).Name | Should -Be a
        (Get-MeshSecret -Namespace $namespace -Label @{ team = '*' }).Name | Should -Be a, b
        (Get-MeshSecret -Namespace $namespace -Type Opaque).Name | Should -Be a, b
    }

    It 'are refused by the server in words of ours' {
        $null = "apiVersion: v1`nkind: Secret`nimmutable: true`nmetadata: {name: fixed, namespace: $namespace}`nstringData: {a: '1'}" |
            Invoke-Kubectl $cluster apply, --server-side, '--field-manager=meshsecrets', -f, -
        Get-Failure { Set-MeshSecret fixed -Key a -Value other -Namespace $namespace } | Should -Be SecretImmutable
        Get-Failure { New-MeshSecret big -Value ('x' * 1.1MB) -Namespace $namespace } | Should -Be SecretTooLarge
        Get-Failure { New-MeshSecret pw -Value x -Namespace no-such-namespace } | Should -Be NamespaceNotFound
        $null = New-MeshSecret typed -Value x -Namespace $namespace
        Get-Failure { New-MeshSecret typed -Value x -Namespace $namespace } | Should -Be SecretExists
    }

    It 'without any scope stand in the namespace of the context' {
        (New-MeshSecret usual -Value x).Namespace | Should -Be default
        Get-MeshSecret usual -Namespace default -AsPlainText | Should -Be x
        Remove-MeshSecret usual -Confirm:$false
        Get-MeshSecret usua* -Namespace default | Should -BeNullOrEmpty
    }

    It 'come out of kubectl as they went in: an import of them changes nothing' {
        $null = New-MeshCa ca -Namespace $namespace
        $null = New-MeshTlsKey web -Issuer ca -DnsName web.test -Namespace $namespace -Label @{ team = 'shop' }
        $null = New-MeshSecret fixed -Value x -Namespace $namespace -Immutable
        $yaml = 'web', 'fixed' | ForEach-Object { Invoke-Kubectl $cluster get, secret, $_, -n, $namespace, -o, yaml; '---' }
        ($yaml | Import-MeshSecret).Status | Should -Be 'Unchanged', 'Unchanged'
        (ConvertFrom-MeshManifest -InputObject ($yaml -join "`n")).Name | Should -Be 'web', 'fixed'
    }

    It 'of a connection to a namespace that is not there are an error, not none' {
        $null = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $namespace, no-such -Name typo -NoDefault
        $null = New-MeshSecret here -Value x -Namespace $namespace
        (Get-MeshSecret -Store typo -ErrorAction SilentlyContinue).Name | Should -Contain here
        Get-Failure { Get-MeshSecret -Store typo } | Should -Be NamespaceNotFound
        Get-Failure { Invoke-MeshCertRotation -Store typo } | Should -Be NamespaceNotFound
        Disconnect-MeshStore typo
    }

    It 'from manifests without a namespace stand in that of the connection, where kubectl would put them' {
        $null = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $namespace -Name there -NoDefault
        $manifest = "apiVersion: v1`nkind: Secret`nmetadata: { name: bare }`nstringData: { x: hi }`n"
        ($manifest | Import-MeshSecret -Store there).Namespace | Should -Be $namespace
        Invoke-Kubectl $cluster get, secret, bare, -n, $namespace, -o, name | Should -Be secret/bare
        Invoke-Kubectl $cluster get, secrets, -n, default, -o, name | Should -Not -Contain secret/bare
        $password = ConvertTo-SecureString p -AsPlainText -Force
        $null = New-MeshCa ca -Store there
        $null = New-MeshTlsKey web -Issuer ca -DnsName web.test -Store there
        $null = Export-MeshSecret web (Join-Path $TestDrive web.p12) -Password $password -Store there
        Remove-MeshSecret web -Store there -Confirm:$false
        (Import-MeshSecret (Join-Path $TestDrive web.p12) -Password $password -Store there).Namespace | Should -Be $namespace
        Disconnect-MeshStore there
    }

    It 'of a mesh stand in kuma-system as Kuma wants them, and Kuma''s are read with and without label' {
        $made = New-MeshSecret "m-$namespace" -Mesh shop -Value x
        $made.Namespace, $made.Type, $made.Mesh | Should -Be kuma-system, 'system.kuma.io/secret', shop
        Invoke-Kubectl $cluster get, secret, "m-$namespace", -n, kuma-system, -o, 'jsonpath={.metadata.labels.kuma\.io/mesh}' | Should -Be shop
        $null = "apiVersion: v1`nkind: Secret`ntype: system.kuma.io/secret`nmetadata: {name: bare-$namespace, namespace: kuma-system}`nstringData: {value: 'y'}" | Invoke-Kubectl $cluster apply, -f, -
        (Get-MeshSecret "bare-$namespace").Mesh | Should -Be default
        Get-MeshSecret "bare-$namespace" -Mesh default -AsPlainText | Should -Be y
        Get-Failure { New-MeshSecret "bare-$namespace" -Mesh shop -Value z } | Should -Be SecretExists
    }

    It 'have no versions, and what asks for them says so and does nothing' {
        $made = New-MeshSecret pw -Value x -Namespace $namespace
        $made.Version | Should -Be 0
        Get-Failure { Get-MeshSecret pw -Namespace $namespace -AllVersions } | Should -Be StoreLacksAbility
        Get-Failure { Restore-MeshSecret pw -Namespace $namespace -Version 1 } | Should -Be StoreLacksAbility
        Get-Failure { Remove-MeshSecret pw -Namespace $namespace -Purge -Confirm:$false } | Should -Be StoreLacksAbility
        Get-MeshSecret pw -Namespace $namespace -AsPlainText | Should -Be x
        Get-Failure { Backup-MeshStore -Path (Join-Path $TestDrive x.backup) } | Should -Be StoreLacksAbility
        Get-Failure { Get-MeshStoreAudit } | Should -Be StoreLacksAbility
        Get-Failure { Set-MeshStore -VersionsKept 3 } | Should -Be StoreLacksAbility
    }

    It 'that belong to the cluster alone leave it only if they are named: tokens of service accounts' {
        $null = "apiVersion: v1`nkind: Secret`ntype: kubernetes.io/service-account-token`nmetadata: {name: bound, namespace: $namespace, annotations: {kubernetes.io/service-account.name: default}}" | Invoke-Kubectl $cluster apply, -f, -
        $null = New-MeshSecret pw -Value one -Namespace $namespace
        $folder = Connect-MeshStore (Join-Path $TestDrive tokens) -Create -NoDefault -Name "tokens-$namespace"
        $file = Join-Path $TestDrive tokens.yaml

        $said = Export-MeshSecret -Path $file -Namespace $namespace -AsPlainText -Verbose 4>&1
        "$said" | Should -Match 'bound was left out'
        (Get-Content $file -Raw | ConvertFrom-MeshManifest).Name | Should -Be pw
        (Copy-MeshSecret * -Namespace $namespace -Destination $folder -PassThru).Name | Should -Be pw

        $null = Export-MeshSecret bound -Path $file -Namespace $namespace -AsPlainText -Force
        (Get-Content $file -Raw | ConvertFrom-MeshManifest).Name | Should -Be bound
        (Copy-MeshSecret bound -Namespace $namespace -Destination $folder -PassThru).Type | Should -Be kubernetes.io/service-account-token
    }

    It 'are copied to a store in a folder and back, whatever their scope' {
        $folder = Connect-MeshStore (Join-Path $TestDrive copies) -Create -NoDefault -Name "folder-$namespace"
        $null = New-MeshSecret a -Value one -Namespace $namespace
        $null = New-MeshSecret "b-$namespace" -Value two -Mesh shop
        (Copy-MeshSecret a -Namespace $namespace -Destination $folder -PassThru).Namespace | Should -Be $namespace
        (Copy-MeshSecret "b-$namespace" -Mesh shop -Destination $folder -PassThru).Mesh | Should -Be shop
        Get-MeshSecret a -Namespace $namespace -Store $folder -AsPlainText | Should -Be one

        $null = New-MeshSecret "g-$namespace" -Global -Value three -Store $folder
        $null = New-MeshSecret "d-$namespace" -Value four -Store $folder
        (Copy-MeshSecret "g-$namespace" -Global -Store $folder -Destination $store -PassThru).Namespace | Should -Be default
        $ofMesh = Copy-MeshSecret "d-$namespace" -Store $folder -Destination $store -PassThru
        $ofMesh.Mesh, $ofMesh.Namespace | Should -Be default, kuma-system
        Get-MeshSecret "d-$namespace" -Mesh default -AsPlainText | Should -Be four
    }

    It 'are completed within the time that typing allows, and found by the location of their store' {
        $null = New-MeshSecret sought -Value x -Namespace $namespace
        Get-MeshSecret sought -Namespace $namespace -Store $store.Location -AsPlainText | Should -Be x
        $line = 'Get-MeshSecret soug'
        $null = TabExpansion2 $line $line.Length
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $names = (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText
        $watch.ElapsedMilliseconds | Should -BeLessThan 1000
        $names | Should -Contain sought
    }
}

Describe 'Authorities and keys of a cluster' {
    BeforeEach {
        Skip-WithoutCluster $cluster -Own
        $namespace = New-TestNamespace $cluster
    }

    It 'issue, renew, are judged, exported and saved' {
        $null = New-MeshCa root -Namespace $namespace
        $key = New-MeshTlsKey web -Issuer root -DnsName web.shop.svc -Namespace $namespace
        (Get-MeshTlsKey web -Namespace $namespace).Thumbprint | Should -Be $key.Thumbprint
        (Get-MeshCa root -Namespace $namespace).Name | Should -Be root
        (Invoke-MeshCertRotation web -Namespace $namespace -Force).Status | Should -Be Renewed
        (Get-MeshTlsKey web -Namespace $namespace).Thumbprint | Should -Not -Be $key.Thumbprint
        (Get-MeshTlsKey web -Namespace $namespace | Get-MeshCertificate)[0].Subject | Should -Be 'CN=web.shop.svc'
        Test-MeshSecret web -Namespace $namespace -Quiet | Should -BeTrue
        (Set-MeshTlsKey web -Namespace $namespace -Label @{ tier = 'front' } -PassThru).Labels['tier'] | Should -Be front
        $file = Join-Path $TestDrive web.yaml
        $null = Export-MeshSecret web -Namespace $namespace -Path $file -AsPlainText
        $file | Should -FileContentMatch 'type: kubernetes.io/tls'
        Get-Failure { Remove-MeshCa root -Namespace $namespace -Confirm:$false } | Should -Be CaInUse
        Invoke-Kubectl $cluster get, secret, web, -n, $namespace, -o, 'jsonpath={.metadata.annotations.certificate\.meshsecrets\.io/dns-names}' | Should -Be web.shop.svc
    }
}

Describe 'Resources of a cluster' {
    BeforeEach {
        Skip-WithoutCluster $cluster -Own
        $namespace = New-TestNamespace $cluster
        $null = New-MeshCa root -Namespace $namespace
        $web = "web-$namespace" # A Gateway does not say in which namespace its workload, and so its secret, stands.
        $null = New-MeshTlsKey $web -Issuer root -DnsName shop.example -Namespace $namespace
        $manifests = @"
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop, namespace: $namespace}
spec: {servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example], tls: {mode: SIMPLE, credentialName: $web}}]}
---
apiVersion: kuma.io/v1alpha1
kind: Mesh
metadata: {name: $namespace}
spec: {mtls: {enabledBackend: ca-1, backends: [{name: ca-1, type: provided, conf: {cert: {secret: cert-$namespace}, key: {secret: key-$namespace}}}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-ca-root-cert, namespace: $namespace}
data: {root-cert.pem: "$((Export-MeshCaBundle root -Namespace $namespace -AsString) -replace "`n", '\n')"}
"@
    }

    It 'are imported as what they are, once' {
        $manifests | Import-MeshSecret -WhatIf
        Get-MeshSecret gateway.* -Namespace $namespace | Should -BeNullOrEmpty
        ($manifests | Import-MeshSecret).Status | Should -Be Created, Created, Created
        Invoke-Kubectl $cluster get, gateway, shop, -n, $namespace, -o, 'jsonpath={.spec.servers[0].tls.credentialName}' | Should -Be $web
        ($manifests | Import-MeshSecret).Status | Should -Be Unchanged, Unchanged, Unchanged
        $changed = $manifests -replace 'SIMPLE', 'MUTUAL'
        Get-Failure { $changed | Import-MeshSecret } | Should -Be SecretExists
        ($changed | Import-MeshSecret -Force).Status | Should -Be Updated, Unchanged, Unchanged
        $missing = "apiVersion: networking.istio.io/v1alpha9`nkind: Gateway`nmetadata: {name: x, namespace: $namespace}`nspec: {}"
        Get-Failure { $missing | Import-MeshSecret } | Should -Be ResourceKindMissing
    }

    It 'are listed where they are asked for, and leave without what is the cluster''s' {
        $null = $manifests | Import-MeshSecret
        Get-MeshSecret -Namespace $namespace | Where-Object Type -eq meshsecrets.io/resource | Should -BeNullOrEmpty
        (Get-MeshSecret -Namespace $namespace -Type meshsecrets.io/resource).Name | Sort-Object | Should -Be configmap.istio-ca-root-cert, gateway.shop
        $text = Get-MeshSecret gateway.shop -Namespace $namespace | ConvertTo-MeshManifest
        $text | Should -Match "credentialName: $web"
        $text | Should -Not -Match 'uid:|resourceVersion:|managedFields:'
        Get-MeshSecret gateway.* -Namespace $namespace | Remove-MeshSecret -Confirm:$false
        Invoke-Kubectl $cluster get, gateways, -n, $namespace, -o, name | Where-Object { $_ -match '^gateway' } | Should -BeNullOrEmpty
    }

    It 'keep what they use from being removed, unless it goes with them' {
        $null = $manifests | Import-MeshSecret
        $null = New-MeshSecret "key-$namespace" -Mesh $namespace -Value x
        Get-Failure { Remove-MeshTlsKey $web -Namespace $namespace -Confirm:$false } | Should -Be SecretInUse
        Get-Failure { Remove-MeshSecret "key-$namespace" -Mesh $namespace -Confirm:$false } | Should -Be SecretInUse
        Get-MeshSecret gateway.shop, $web -Namespace $namespace | Remove-MeshSecret -Confirm:$false
        Get-MeshSecret web-*, gateway.* -Namespace $namespace | Should -BeNullOrEmpty
        Remove-MeshSecret "key-$namespace" -Mesh $namespace -Force -Confirm:$false
        Get-MeshSecret "key-$namespace*" | Should -BeNullOrEmpty
    }

    It 'are seen by dependencies and rules' {
        $null = $manifests -replace 'hosts: \[shop.example\]', 'hosts: [other.example]' | Import-MeshSecret
        $uses = Get-MeshCertDependency -Namespace $namespace
        "$($uses.User)" | Should -Match "Gateway $namespace/shop"
        $uses | Where-Object { $_.User -eq "ConfigMap $namespace/istio-ca-root-cert" -and $_.Relation -eq 'TrustedIn' } | Should -Not -BeNullOrEmpty
        (Test-MeshSecret $web -Namespace $namespace).RuleId | Should -Contain IstioGatewayHostNotCovered
    }

    It 'that may not be looked at are not taken for none' {
        $user = New-TestUser $cluster "remover-$namespace" -Namespace $namespace
        $null = Invoke-Kubectl $cluster create, rolebinding, remover, '--clusterrole=admin', "--user=remover-$namespace", -n, $namespace
        $limited = Connect-MeshStore -Kubernetes -Kubeconfig $user -Namespace $namespace -NoDefault -Name "limited-$namespace"
        $null = New-MeshSecret pw -Value x -Namespace $namespace -Store $limited
        Get-Failure { Remove-MeshSecret pw -Namespace $namespace -Store $limited -Confirm:$false } | Should -Be SecretUsesUnknown
        Get-MeshSecret pw -Namespace $namespace -Store $limited | Should -Not -BeNullOrEmpty
        $warnings = Get-MeshCertDependency -Namespace $namespace -Store $limited 3>&1 | Where-Object { $_ -is [Management.Automation.WarningRecord] }
        "$warnings" | Should -Match 'may not list'
        Remove-MeshSecret pw -Namespace $namespace -Store $limited -Force -Confirm:$false
        Get-MeshSecret p* -Namespace $namespace -Store $limited | Should -BeNullOrEmpty
    }
}
