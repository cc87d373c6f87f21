# The roles of RBAC that the module prints: what README says of them is true, and kubectl takes them.
BeforeDiscovery {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1')
    . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1')
    $cluster = Get-TestCluster

    # The rules of a role, as "group: resources: verbs".
    function Get-Rule([object[]] $Role) {
        $json = $Role | ConvertTo-MeshManifest -As Json
        foreach ($rule in ($json -join "`n" | ConvertFrom-Json).rules) {
            '{0}: {1}: {2}' -f ($rule.apiGroups[0] ? $rule.apiGroups[0] : 'core'), ($rule.resources -join ', '), ($rule.verbs -join ', ')
        }
    }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    Remove-TestCluster $cluster
}

Describe 'Get-MeshStoreRole' {
    It 'refuses a pattern for a name, which would grant nothing' {
        Get-MeshStoreRole Manage -Namespace shop -Name 'web-*' -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
        $failed.FullyQualifiedErrorId | Should -BeLike 'SecretNameInvalid,*'
    }

    It 'gives what README says' {
        $rows = [regex]::Matches((Get-Content (Join-Path $root 'README.md') -Raw), '(?m)^\| `(-?\w+)` \|[^|]*\| ([\w.-]+) \| ([^|]+) \| ([^|]+) \|\r?$')
        $said = $rows | ForEach-Object { '{0}: {1}: {2}: {3}' -f $_.Groups[1].Value, $_.Groups[2].Value, $_.Groups[3].Value, $_.Groups[4].Value }
        $given = foreach ($role in 'ReadOnly', 'Issue', 'Rotate', 'Manage') { Get-Rule (Get-MeshStoreRole $role) | ForEach-Object { "${role}: $_" } }
        $plain = Get-Rule (Get-MeshStoreRole Issue)
        $given += Get-Rule (Get-MeshStoreRole Issue -RestartWorkload) | Where-Object { $_ -notin $plain } | ForEach-Object { "-RestartWorkload: $_" }
        $given += Get-Rule (Get-MeshStoreRole Issue -MeshResource) | Where-Object { $_ -notin $plain } | ForEach-Object { "-MeshResource: $_" }
        $said | Should -Be $given
    }

    It 'gives ClusterRoles for the whole cluster, and Roles for namespaces' {
        $all = Get-MeshStoreRole
        $all.Name | Should -Be 'meshsecrets-read-only', 'meshsecrets-issue', 'meshsecrets-rotate', 'meshsecrets-manage'
        $all.Kind | Select-Object -Unique | Should -Be 'ClusterRole'
        $some = 'r*o*', 'Manage' | Get-MeshStoreRole -Namespace shop, bank -Subject Group:operators
        $some.Name | Select-Object -Unique | Should -Be @(
            'meshsecrets-read-only', 'meshsecrets-read-only.group.operators', 'meshsecrets-rotate', 'meshsecrets-rotate.group.operators'
            'meshsecrets-manage', 'meshsecrets-manage.group.operators'
        )
        $some.Namespace | Select-Object -Unique | Should -Be 'shop', 'bank'
        $some.Kind | Select-Object -Unique | Should -Be 'Role', 'RoleBinding'
    }

    It 'limits to names all that RBAC can limit' {
        $rules = (Get-MeshStoreRole Manage -Name web, mesh-ca | ConvertTo-MeshManifest -As Json | ConvertFrom-Json).rules
        $rules[0].resourceNames | Should -Be 'web', 'mesh-ca'
        $rules[0].verbs | Should -Not -Contain 'create'
        $rules[1].verbs | Should -Be 'create'
        $rules[1].PSObject.Properties.Name | Should -Not -Contain 'resourceNames'
    }

    It 'binds the reading of what stands in no namespace for each namespace by itself: another team keeps its own' {
        $bindings = Get-MeshStoreRole Rotate -Namespace shop, bank -MeshResource -Subject Group:operators | Where-Object Kind -eq ClusterRoleBinding
        $bindings.Name | Should -Be 'meshsecrets-rotate-resources.shop.group.operators', 'meshsecrets-rotate-resources.bank.group.operators'
        ($bindings | ConvertTo-MeshManifest -As Json | ConvertFrom-Json).roleRef.name | Select-Object -Unique | Should -Be 'meshsecrets-rotate-resources'
    }

    It 'names <Subject> as <Part>' -ForEach @(
        @{ Subject = 'User:alice'; Part = 'user.alice' }
        @{ Subject = 'Group:alice'; Part = 'group.alice' }
        @{ Subject = 'ServiceAccount:shop/renewer'; Part = 'serviceaccount.shop.renewer' }
        @{ Subject = 'User:oidc:Alice@Shop.Example'; Part = 'user.oidc-alice-shop.example-????????' }
        @{ Subject = 'User:oidc:alice@shop.example'; Part = 'user.oidc-alice-shop.example-????????' }
        @{ Subject = 'Group:system:masters'; Part = 'group.system-masters-????????' }
        @{ Subject = 'User:..'; Part = 'user-????????' }
        @{ Subject = "User:$('x' * 300)"; Part = "user.xxx*xxx-????????" }
    ) {
        $namespaces = 'shop', ('n' * 63)
        $bindings = Get-MeshStoreRole -Subject $Subject -MeshResource -RestartWorkload -Name web -Namespace $namespaces | Where-Object Kind -like *Binding
        $bindings.Count | Should -Be 16
        foreach ($name in $bindings.Name) {
            $name | Should -BeLike "*.$Part"
            $name | Should -Match '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'
            $name.Length | Should -BeLessOrEqual 253
        }
        (Get-MeshStoreRole -Subject $Subject | Where-Object Kind -like *Binding).Name | Should -Be ((Get-MeshStoreRole -Subject $Subject | Where-Object Kind -like *Binding).Name)
    }

    It 'tells subjects apart that look the same' {
        $names = (Get-MeshStoreRole Rotate -Subject User:a:b, User:a@b, User:a-b, User:A-b | Where-Object Kind -like *Binding).Name
        ($names | Select-Object -Unique).Count | Should -Be 4
    }

    It 'refuses <Given>' -ForEach @(
        @{ Given = 'a role that is none'; Id = 'RoleUnknown'; Do = { Get-MeshStoreRole Admin -ErrorAction Stop } }
        @{ Given = 'a namespace that cannot be'; Id = 'NamespaceInvalid'; Do = { Get-MeshStoreRole Rotate -Namespace Bad_NS -ErrorAction Stop } }
        @{ Given = 'a subject without kind'; Id = 'SubjectInvalid'; Do = { Get-MeshStoreRole -Subject alice -ErrorAction Stop } }
        @{ Given = 'a service account without namespace'; Id = 'SubjectInvalid'; Do = { Get-MeshStoreRole -Subject ServiceAccount:renewer -ErrorAction Stop } }
    ) {
        $Do | Should -Throw -ErrorId "$Id,*"
    }

    It 'completes the names of roles' {
        (TabExpansion2 'Get-MeshStoreRole R').CompletionMatches.CompletionText | Should -Be 'ReadOnly', 'Rotate'
    }

    Context 'in a cluster' {
        BeforeEach {
            Skip-WithoutCluster $cluster
            $namespace = New-TestNamespace $cluster
        }

        It 'is taken by kubectl, with all that can be asked for' {
            $said = Get-MeshStoreRole -Namespace $namespace -Subject User:carol, Group:operators, "ServiceAccount:$namespace/renewer" -Name web -RestartWorkload -MeshResource -AsString |
                Invoke-Kubectl $cluster apply, --dry-run=server, -f, -
            @($said -match '(role|rolebinding)\S* (created|configured|unchanged)').Count | Should -Be 32
        }

        It 'given to one after the other, is kept by both, and neither has what the other was given besides' {
            $other = New-TestNamespace $cluster
            $user = [guid]::NewGuid().ToString('n').Substring(0, 6)
            foreach ($of in $namespace, $other) {
                Get-MeshStoreRole Rotate -Namespace $of -Subject "User:a-$user" -MeshResource -RestartWorkload -AsString | Invoke-Kubectl $cluster apply, -f, -
                Get-MeshStoreRole Rotate -Namespace $of -Subject "User:b-$user" -Name web -AsString | Invoke-Kubectl $cluster apply, -f, -
                Get-MeshStoreRole Rotate -Namespace $of -Subject "User:c-$user" -MeshResource -AsString | Invoke-Kubectl $cluster apply, -f, -
                Get-MeshStoreRole Rotate -Namespace $of -Subject "User:d-$user" -Name cart -AsString | Invoke-Kubectl $cluster apply, -f, -
            }
            $can = { param($who, $what, [switch] $wait)
                $limit = [DateTime]::UtcNow.AddSeconds($wait ? 30 : 0)
                $review = @{ apiVersion = 'authorization.k8s.io/v1'; kind = 'SubjectAccessReview'; spec = @{ user = "$who-$user"; resourceAttributes = @{ group = 'kuma.io'; resource = 'meshes'; verb = 'list' } } }
                do {
                    # kubectl asks for what the server has only, and it need not have Kuma.
                    $answer = if ($what -eq 'meshes') { $review | ConvertTo-Json -Depth 9 | Invoke-Kubectl $cluster create, -f, -, -o, 'jsonpath={.status.allowed}' }
                    else { & $cluster.Kubectl auth can-i @what --as "$who-$user" --kubeconfig $cluster.KubeconfigPath 2>$null }
                    $answer = $answer -in 'yes', 'true'
                } until ($answer -or [DateTime]::UtcNow -ge $limit)
                $answer
            }
            try {
                & $can d ('patch', 'secrets/cart', '-n', $other) -wait | Should -BeTrue  # The last one: the server knows them all, but for those of the whole cluster.
                foreach ($of in $namespace, $other) {
                    & $can a ('patch', 'secrets/any', '-n', $of) | Should -BeTrue
                    & $can a ('patch', 'deployments.apps', '-n', $of) | Should -BeTrue
                    & $can a 'meshes' -wait | Should -BeTrue
                    & $can b ('patch', 'secrets/web', '-n', $of) | Should -BeTrue
                    & $can b ('patch', 'secrets/cart', '-n', $of) | Should -BeFalse
                    & $can c 'meshes' -wait | Should -BeTrue
                    & $can c ('patch', 'secrets/any', '-n', $of) | Should -BeTrue
                    & $can c ('patch', 'deployments.apps', '-n', $of) | Should -BeFalse
                    & $can d ('patch', 'secrets/cart', '-n', $of) | Should -BeTrue
                    & $can d ('patch', 'secrets/web', '-n', $of) | Should -BeFalse
                }
            } finally {
                $null = Invoke-Kubectl $cluster delete, clusterrolebinding, "meshsecrets-rotate-resources.$namespace.user.a-$user", "meshsecrets-rotate-resources.$other.user.a-$user", "meshsecrets-rotate-resources.$namespace.user.c-$user", "meshsecrets-rotate-resources.$other.user.c-$user"
            }
        }
    }
}

Describe 'A user with a role' {
    BeforeAll {
        # A store as a user sees it who has these roles in the namespace; without a role, nothing is allowed.
        function Connect-RoleUser([string] $Role, [switch] $MeshResource) {
            $script:user = "$Role-$([guid]::NewGuid().ToString('n').Substring(0, 6))".ToLowerInvariant()
            $script:kubeconfig = New-TestUser $cluster $user -Namespace $namespace
            if ($Role -ne 'nobody') {
                $null = Get-MeshStoreRole $Role -Namespace $namespace -Subject "User:$user" -MeshResource:$MeshResource -AsString | Invoke-Kubectl $cluster apply, -f, -
                # The server's authorizer learns of roles by a watch.
                $limit = [DateTime]::UtcNow.AddMinutes(1)
                while ((& $cluster.Kubectl auth can-i get secrets -n $namespace --as $user --kubeconfig $cluster.KubeconfigPath 2>$null) -ne 'yes') {
                    if ([DateTime]::UtcNow -gt $limit) { throw "The role $Role had no effect within a minute." }
                }
            }
            Connect-MeshStore -Kubernetes -Kubeconfig $kubeconfig -Namespace $namespace -NoDefault -Name $user -WarningAction SilentlyContinue # The file is of the test.
        }

        $jobs = [ordered]@{
            list = { (Get-MeshSecret p* -Namespace $namespace -Store $mine).Name | Should -Be pw }
            read = { Get-MeshSecret pw -Namespace $namespace -Store $mine -AsPlainText | Should -Be first }
            issue = { (New-MeshTlsKey new -Issuer root -DnsName new.shop -Namespace $namespace -Store $mine).Name | Should -Be new }
            rotate = { (Invoke-MeshCertRotation web -Force -Namespace $namespace -Store $mine).Status | Should -Be Renewed }
            change = { (Set-MeshSecret pw -Label @{ team = 'shop' } -Namespace $namespace -Store $mine -PassThru).Labels['team'] | Should -Be shop }
            remove = { (Remove-MeshSecret pw -Force -Namespace $namespace -Store $mine -PassThru -Confirm:$false).Name | Should -Be pw }
        }
    }

    BeforeEach {
        Skip-WithoutCluster $cluster -Own
        $namespace = New-TestNamespace $cluster
        $admin = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $namespace -Name "admin-$namespace"
        $null = New-MeshCa root -Namespace $namespace -Store $admin
        $null = New-MeshTlsKey web -Issuer root -DnsName web.shop -Namespace $namespace -Store $admin
        $null = New-MeshSecret pw -Value first -Namespace $namespace -Store $admin
    }

    # What a role is not for, with what it lacks.
    It '<Role> does its jobs, and is told what it lacks for others' -ForEach @(
        @{ Role = 'ReadOnly'; Lacks = @{ issue = 'create secrets'; rotate = 'get leases of coordination.k8s.io'; change = 'patch secrets'; remove = 'delete secrets' } }
        @{ Role = 'Issue'; Lacks = @{ list = 'list secrets'; rotate = 'list secrets'; change = 'patch secrets'; remove = 'delete secrets' } }
        @{ Role = 'Rotate'; Lacks = @{ issue = 'create secrets'; remove = 'delete secrets' } }
        @{ Role = 'Manage'; Lacks = @{ rotate = 'get leases of coordination.k8s.io' } }
    ) {
        $mine = Connect-RoleUser $Role
        foreach ($job in $jobs.Keys) {
            if (-not $Lacks[$job]) {
                & $jobs[$job]
                continue
            }
            $failure = $null
            try { $ErrorActionPreference = 'Stop'; & $jobs[$job] } catch { $failure = $_ }
            $failure.FullyQualifiedErrorId | Should -BeLike 'KubernetesForbidden,*' -Because $job
            $failure.Exception.Message | Should -BeLike "*'$user' may not $($Lacks[$job]) in namespace '$namespace'*Get-MeshStoreRole*" -Because $job
        }
    }

    It 'ReadOnly watches' {
        $null = Connect-RoleUser ReadOnly
        Invoke-Kubectl $cluster auth, can-i, watch, secrets, -n, $namespace -KubeconfigPath $kubeconfig | Should -Be yes
    }

    It 'who may not read resources is told that a secret is not there, even if its name begins with a kind' {
        $mine = Connect-RoleUser ReadOnly
        foreach ($search in { Get-MeshSecret configmap.web -Namespace $namespace -Store $mine -ErrorAction Stop }, { Get-MeshSecret configmap.web -Store $mine -ErrorAction Stop }) {
            $search | Should -Throw -ErrorId 'SecretNotFound,*'
        }
        Get-MeshSecret configmap.* -Namespace $namespace -Store $mine -ErrorAction Stop | Should -BeNullOrEmpty
        { Get-MeshSecret -Type meshsecrets.io/resource -Namespace $namespace -Store $mine -ErrorAction Stop } | Should -Throw -ErrorId 'KubernetesForbidden,*'
    }

    It 'Manage removes what nobody uses if it may see the users, and else is told how to see them' {
        $mine = Connect-RoleUser Manage
        $failure = { Remove-MeshSecret pw -Namespace $namespace -Store $mine -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'SecretUsesUnknown,*' -PassThru
        $failure.Exception.Message | Should -BeLike '*Get-MeshStoreRole -Role Manage -MeshResource*'
        $mine = Connect-RoleUser Manage -MeshResource
        Remove-MeshSecret pw -Namespace $namespace -Store $mine -Confirm:$false -ErrorAction Stop
        Get-MeshSecret p* -Namespace $namespace -Store $admin | Should -BeNullOrEmpty
    }

    It 'learns from Test-MeshStore what <Role> lacks' -ForEach @(
        @{ Role = 'nobody'; Missing = 'create leases', 'create secrets', 'delete secrets', 'get leases', 'get secrets', 'list secrets', 'patch secrets', 'update leases', 'watch secrets' }
        @{ Role = 'Rotate'; Missing = 'create secrets', 'delete secrets', 'watch secrets' }
    ) {
        $findings = Connect-RoleUser $Role | Test-MeshStore
        $findings.FindingId | Select-Object -Unique | Should -Be PermissionMissing
        $findings | ForEach-Object Item | Sort-Object | Should -Be ($Missing | ForEach-Object { "$_ $namespace" })
        ($findings | Where-Object Item -like 'watch *').Message | Should -BeLike "*may not watch secrets in namespace '$namespace'*ReadOnly*"
        ($findings | Where-Object Item -like 'create secrets *').Message | Should -BeLike '*Issue, Manage*'
        Test-MeshStore -Store $user -Quiet | Should -BeFalse
    }

    It 'learns from Test-MeshStore that an administrator lacks nothing' {
        Test-MeshStore -Store $admin | Should -BeNullOrEmpty
        Test-MeshStore -Store $admin -Quiet | Should -BeTrue
    }
}
