namespace BatchBus.WhopSimulator.Control;

/// <summary>What Whop has not: the endpoints that set how the simulator behaves and tell what a reader must come to.</summary>
static class ControlApi
{
    public static void MapControl(this WebApplication app)
    {
        var control = app.MapGroup("/_sim");
        control.MapSettings();
        control.MapCompanies();
        control.MapRequests();
        control.MapFaults();
    }
}
